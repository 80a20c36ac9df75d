"""Clients that refresh one token at the same moment: two tabs, a retry, a thief."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.contrib.simplejwt.clients import REVOKED, answer_code, pair_of, refresh, status_of
from tests.threads import at_once, needs_several_connections
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken

THREADS = 8
ROUNDS = int(os.environ.get("TOKEN_REVOCATION_TEST_ROUNDS", "5"))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rotating"),
    needs_several_connections,
]


@pytest.fixture
def together():
    """Refresh one token in all threads, round by round; the answers of a round."""
    return lambda raw: at_once(lambda: refresh(raw), threads=THREADS)


def children_of(raw):
    """The tokens that simplejwt has noted since the one that ``raw`` is."""
    parent = OutstandingToken.objects.get(token=raw)
    return OutstandingToken.objects.filter(pk__gt=parent.pk)


@pytest.mark.trap("T13")
@pytest.mark.spec("RFC 9700", "4.14.2")
def test_one_mints_and_what_it_minted_ends_with_the_session(user, together):
    for _ in range(ROUNDS):
        raw = str(RevocableRefreshToken.for_user(user))
        answers = together(raw)
        assert Counter(map(answer_code, answers)) == {(200, None): 1, REVOKED: THREADS - 1}
        assert children_of(raw).count() == 1
        (winner,) = (pair_of(answer) for answer in answers if answer.status_code == 200)
        assert status_of(winner.access) == 401
        assert refresh(winner.refresh).status_code == 401


def test_within_the_grace_all_are_served_the_same_token(refresh_token, revocation, together):
    revocation(REFRESH_GRACE=timedelta(minutes=1))
    raw = str(refresh_token)
    for _ in range(ROUNDS):
        pairs = [pair_of(answer) for answer in together(raw)]
        assert len({services.read(pair.refresh).key for pair in pairs}) == 1
        assert children_of(raw).count() == 1
        assert {status_of(pair.access) for pair in pairs} == {200}
        raw = children_of(raw).get().token
    assert RevokedToken.objects.filter(reason=Reason.ROTATED).count() == ROUNDS


def revoke_both(token):
    """The token alone, and then its session."""
    services.revoke(token)
    return services.revoke_session(token.subject("session").id)


def revoke_as_one_of_many(token):
    return services.revoke_many([token])


ENDINGS = {
    "a logout": [services.log_out],
    "deliberate revocations": [services.log_out, revoke_both, revoke_both, revoke_as_one_of_many],
}


@pytest.mark.parametrize("endings", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("grace", [timedelta(0), timedelta(minutes=1)])
def test_what_ends_it_at_the_same_moment_leaves_no_child_and_no_error(
    user, revocation, endings, grace
):
    revocation(REFRESH_GRACE=grace)
    for _ in range(ROUNDS):
        raw = str(RevocableRefreshToken.for_user(user))
        turns = iter([*endings, *[None] * (THREADS - len(endings))])

        def turn(raw=raw, turns=turns):
            end = next(turns)
            return refresh(raw) if end is None else end(services.read(raw))

        answers = [a for a in at_once(turn, threads=THREADS) if hasattr(a, "status_code")]
        minted = [pair_of(answer) for answer in answers if answer.status_code == 200]
        assert {answer.status_code for answer in answers} <= {200, 401}
        assert {status_of(pair.access) for pair in minted} <= {401}
