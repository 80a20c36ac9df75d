"""Concurrent logins and refreshes at each transaction isolation level."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from tests.threads import requires_concurrent_connections, requires_isolation_levels
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

THREADS = 6

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rotating", "_storage"),
    requires_concurrent_connections,
    requires_isolation_levels,
]


def test_one_refresh_succeeds_and_the_others_revoke_the_session(run_isolated, user):
    for _ in range(3):
        raw = str(RevocableRefreshToken.for_user(user))
        responses = run_isolated(lambda raw=raw: refresh(raw))
        assert Counter(map(response_code, responses)) == {(200, None): 1, REVOKED: THREADS - 1}
        (winner,) = (parse_pair(response) for response in responses if response.status_code == 200)
        assert status_of(winner.access) == 401
        assert refresh(winner.refresh).status_code == 401


def test_concurrent_logins_of_one_user_succeed(run_isolated, user):
    raws = run_isolated(lambda: str(RevocableRefreshToken.for_user(user)))
    assert {refresh(raw).status_code for raw in raws} == {200}
