"""The limit on the number of sessions is exact, however many logins are concurrent."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from tests.sessions.logins import LOGINS
from tests.threads import (
    requires_concurrent_connections,
    requires_isolation_levels,
    run_in_threads,
)
from token_revocation import services
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions
from token_revocation.signals import token_issued
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

THREADS, LIMIT = 16, 3

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
    requires_concurrent_connections,
]

NAMES = ["login/, knox", "knox's view", "simplejwt, pair", "OAuth, password"]


@pytest.fixture
def endpoint(request, settings, user):
    login = LOGINS[getattr(request, "param", NAMES[0])]
    login.configure(settings)
    login.post(user)  # Creates the client of OAuth.
    TokenSession.objects.all().delete()
    return login


@pytest.fixture
def log_in_together(settings, endpoint, user):
    """Return a function that logs in in many threads, and counts the status codes."""

    def run(action, level=None):
        changes = {"MAX_SESSIONS": LIMIT, "MAX_SESSIONS_ACTION": action}
        settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, **changes}
        responses = run_in_threads(partial(endpoint.post, user), threads=THREADS, level=level)
        return Counter(response.status_code for response in responses)

    return run


@pytest.mark.parametrize("endpoint", NAMES, indirect=True)
def test_exactly_the_logins_above_the_limit_are_rejected(endpoint, user, log_in_together):
    expected = {200: LIMIT, endpoint.rejection[0]: THREADS - LIMIT}
    assert log_in_together("reject") == expected
    assert len(active_sessions(user)) == LIMIT


@pytest.mark.parametrize("endpoint", NAMES, indirect=True)
def test_exactly_the_newest_sessions_are_kept(endpoint, user, log_in_together):
    assert log_in_together("revoke_oldest") == {200: THREADS}
    assert len(active_sessions(user)) == LIMIT


@requires_isolation_levels
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_no_isolation_level_exceeds_the_limit(user, log_in_together, level):
    """A database aborts concurrent logins, some of them in every attempt."""
    found = log_in_together("reject", level)
    assert 0 < found[200] <= len(active_sessions(user)) <= LIMIT
    assert found.keys() <= {200, 403, 503}


@pytest.mark.parametrize("endpoint", LOGINS, indirect=True)
def test_rejected_login_stores_nothing_in_a_transaction_of_the_request(
    endpoint, user, settings, monkeypatch
):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    changes = {"MAX_SESSIONS": 1, "MAX_SESSIONS_ACTION": "reject"}
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, **changes}
    other = make_token(subjects=(Subject.user(user.pk),))
    token_issued.send(None, token=other, user=user, using="default")
    tokens = services.active_tokens(user)
    assert endpoint.post(user).status_code == endpoint.rejection[0]
    assert (services.active_tokens(user), TokenSession.objects.count()) == (tokens, 1)
