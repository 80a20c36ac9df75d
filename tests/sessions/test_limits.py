"""The limit on the number of sessions, ``MAX_SESSIONS``, at every login endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import UserFactory
from tests.sessions.logins import LOGINS
from token_revocation import services
from token_revocation.clock import now
from token_revocation.exceptions import TooManySessions
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions
from token_revocation.signals import token_issued
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]

DAY = timedelta(days=1)
SEVERAL_SESSIONS = [name for name, login in LOGINS.items() if not login.reuses_token]
ONE_SESSION = [name for name, login in LOGINS.items() if login.reuses_token]


@pytest.fixture
def limit(settings):
    """Return a function that sets the limit."""

    def change(number, action="revoke_oldest"):
        changes = {"MAX_SESSIONS": number, "MAX_SESSIONS_ACTION": action}
        before = getattr(settings, "TOKEN_REVOCATION", {})
        settings.TOKEN_REVOCATION = {**before, **changes}

    return change


@pytest.fixture
def endpoint(request, settings):
    """The login endpoint of this name."""
    login = LOGINS[request.param]
    login.configure(settings)
    return login


def ids(user):
    return [session.pk for session in active_sessions(user)]


def record(user, *subjects):
    """Log ``user`` in with another kind of token."""
    token = make_token(subjects=(Subject.user(user.pk), *subjects))
    token_issued.send(None, token=token, user=user, using="default")
    return token


@pytest.mark.parametrize("endpoint", SEVERAL_SESSIONS, indirect=True)
def test_login_beyond_the_limit_is_rejected(endpoint, limit, user):
    limit(2, "reject")
    assert [endpoint.post(user).status_code for _ in range(2)] == [200, 200]
    before, tokens = ids(user), services.active_tokens(user)
    response = endpoint.post(user)
    body = response.json()
    assert (response.status_code, body.get("code") or body["error"]) == endpoint.rejection
    assert (ids(user), services.active_tokens(user)) == (before, tokens)
    assert TokenSession.objects.count() == 2


@pytest.mark.parametrize("endpoint", ONE_SESSION, indirect=True)
def test_shared_token_beyond_the_limit_is_rejected(endpoint, limit, user):
    limit(1, "reject")
    record(user)
    response = endpoint.post(user)
    assert (response.status_code, response.json()["code"]) == endpoint.rejection
    assert services.active_tokens(user) == []


@pytest.mark.parametrize("endpoint", ONE_SESSION, indirect=True)
@pytest.mark.parametrize("action", ["reject", "revoke_oldest"])
def test_login_that_returns_the_same_token_is_the_same_session(endpoint, limit, user, action):
    limit(1, action)
    bodies = [endpoint.post(user).json() for _ in range(3)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert len(ids(user)) == 1


@pytest.mark.parametrize("endpoint", SEVERAL_SESSIONS, indirect=True)
def test_login_revokes_the_session_used_longest_ago(endpoint, limit, user):
    limit(2)
    for _ in range(2):
        endpoint.post(user)
    oldest = ids(user)[0]  # Its login is the newest.
    rows = TokenSession.objects.filter(pk=oldest)
    rows.update(last_used_at=rows.get().last_used_at.replace(year=2020))
    before = ids(user)
    assert endpoint.post(user).status_code == 200
    after = ids(user)
    assert len(after) == 2
    assert before[1] == oldest
    assert oldest not in after
    assert before[0] in after
    assert len(services.active_tokens(user)) == 2
    found = [*RevokedToken.objects.all(), *TokenCutoff.objects.all()]
    assert {row.reason for row in found} == {Reason.SESSION_LIMIT}


def test_sessions_of_other_kinds_and_users_are_distinguished(limit, user):
    limit(1, "reject")
    record(UserFactory())
    record(user)
    with pytest.raises(TooManySessions):
        services.issue(user)


@pytest.mark.parametrize(
    "end",
    [
        lambda user, token: services.log_out(token),
        lambda user, token: services.revoke_all(user),
        lambda user, token: services.revoke_client("app"),
        lambda user, token: services.revoke_everyone(),
        lambda user, token: TokenSession.objects.update(expires_at=token.issued_at),
        lambda user, token: TokenSession.objects.update(ended_at=token.issued_at),
    ],
)
def test_ended_session_does_not_count(limit, user, end):
    limit(1, "reject")
    token = record(user, Subject.client("app"))
    end(user, token)
    assert services.issue(user) is not None


def test_session_beyond_its_lifetime_does_not_count(limit, user, settings):
    limit(1, "reject")
    record(user)
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "SESSION_LIFETIME": DAY}
    TokenSession.objects.update(created_at=now() - DAY)
    assert services.issue(user) is not None


def test_lower_limit_ends_all_sessions_above_it_at_the_next_login(limit, user):
    tokens = [record(user, Subject.session(str(n))) for n in range(4)]
    limit(2)
    services.issue(user)
    assert [services.is_revoked(token) for token in tokens] == [True, True, True, False]


def test_limit_costs_three_queries_per_login(user, limit):
    services.issue(user)
    counts = []
    for number in (None, 5):
        limit(number)
        with CaptureQueriesContext(connection) as queries:
            services.issue(user)
        counts.append(len(queries))
    assert counts[1] - counts[0] in {3, 4}  # On PostgreSQL also the isolation level.


def test_client_has_no_session_limit(limit, user):
    limit(1, "reject")
    for _ in range(2):
        token = make_token(subjects=(Subject.client("app"),))
        token_issued.send(None, token=token, user=None, using="default")
    assert TokenSession.objects.count() == 2
