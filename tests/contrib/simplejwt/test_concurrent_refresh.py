"""Concurrent refreshes of one token, as by two tabs, a retry or an attacker."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from tests.threads import requires_concurrent_connections, run_in_threads
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken
from token_revocation.sessions.models import TokenSession

THREADS = 8
ROUNDS = int(os.environ.get("TOKEN_REVOCATION_TEST_ROUNDS", "5"))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rotating", "_storage"),
    requires_concurrent_connections,
]


@pytest.fixture
def refresh_concurrently():
    """Return a function that refreshes one token in all threads and returns the responses."""
    return lambda raw: run_in_threads(lambda: refresh(raw), threads=THREADS)


def get_successors(raw):
    """Return the outstanding tokens that are newer than the token ``raw``."""
    parent = OutstandingToken.objects.get(token=raw)
    return OutstandingToken.objects.filter(pk__gt=parent.pk)


@pytest.mark.trap("T13")
@pytest.mark.spec("RFC 9700", "4.14.2")
def test_one_concurrent_refresh_succeeds_and_reuse_revokes_the_session(user, refresh_concurrently):
    for _ in range(ROUNDS):
        raw = str(RevocableRefreshToken.for_user(user))
        responses = refresh_concurrently(raw)
        assert Counter(map(response_code, responses)) == {(200, None): 1, REVOKED: THREADS - 1}
        assert get_successors(raw).count() == 1
        (winner,) = (parse_pair(response) for response in responses if response.status_code == 200)
        assert status_of(winner.access) == 401
        assert refresh(winner.refresh).status_code == 401


def test_all_refreshes_within_the_grace_period_return_the_same_token(
    refresh_token, revocation, refresh_concurrently
):
    revocation(REFRESH_GRACE_PERIOD=timedelta(minutes=1))
    raw = str(refresh_token)
    for _ in range(ROUNDS):
        pairs = [parse_pair(response) for response in refresh_concurrently(raw)]
        assert len({services.resolve(pair.refresh).key for pair in pairs}) == 1
        assert get_successors(raw).count() == 1
        assert {status_of(pair.access) for pair in pairs} == {200}
        raw = get_successors(raw).get().token
    used = RevokedToken.objects.filter(reason=Reason.ROTATED).count()
    assert (used, TokenSession.objects.count()) in {(ROUNDS, 0), (0, 1)}


def revoke_both(token):
    """Revoke the token, and then its session."""
    services.revoke(token)
    return services.revoke_session(token.subject("session").id)


def revoke_in_bulk(token):
    return services.revoke_many([token])


REVOCATIONS = {
    "logout": [services.log_out],
    "several revocations": [services.log_out, revoke_both, revoke_both, revoke_in_bulk],
}


@pytest.mark.parametrize("revocations", REVOCATIONS.values(), ids=REVOCATIONS)
@pytest.mark.parametrize("grace_period", [timedelta(0), timedelta(minutes=1)])
def test_concurrent_revocation_leaves_no_valid_successor(
    user, revocation, revocations, grace_period
):
    revocation(REFRESH_GRACE_PERIOD=grace_period)
    for _ in range(ROUNDS):
        raw = str(RevocableRefreshToken.for_user(user))
        calls = iter([*revocations, *[None] * (THREADS - len(revocations))])

        def run_next(raw=raw, calls=calls):
            revoke = next(calls)
            return refresh(raw) if revoke is None else revoke(services.resolve(raw))

        results = run_in_threads(run_next, threads=THREADS)
        responses = [result for result in results if hasattr(result, "status_code")]
        issued = [parse_pair(response) for response in responses if response.status_code == 200]
        assert {response.status_code for response in responses} <= {200, 401}
        assert {status_of(pair.access) for pair in issued} <= {401}
