"""A grace for lost answers must not become one for thieves."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import (
    REVOKED,
    answer_code,
    pair_of,
    refresh,
    sending,
    status_of,
)
from tests.queries import queries_of
from token_revocation import services
from token_revocation.contrib.simplejwt.rotation import successor
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing.databases import overtaken_by

pytestmark = pytest.mark.usefixtures("rotating", "_grace")

GRACE = timedelta(seconds=10)


@pytest.fixture
def _grace(revocation):
    revocation(REFRESH_GRACE=GRACE)


def later(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def used_long_ago():
    """As if the grace of every token used up so far were over, by whatever clock."""
    RevokedToken.objects.update(revoked_at=timezone.now() - 2 * GRACE)


def identity(raw):
    token = RefreshToken(raw)
    return token["jti"], token["exp"], token["sid"], token["auth_time"]


def test_a_retry_gets_the_same_token(pair):
    one, two = pair_of(refresh(pair.refresh)), pair_of(refresh(pair.refresh))
    assert identity(one.refresh) == identity(two.refresh)
    assert {status_of(one.access), status_of(two.access)} == {200}
    assert OutstandingToken.objects.count() == 2


def test_a_retry_writes_nothing(pair):
    refresh(pair.refresh)
    written = queries_of(lambda: refresh(pair.refresh))
    assert not [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    asked = [sql for sql in written if "outstandingtoken" in sql]
    assert all("blacklistedtoken" in sql for sql in asked)


def test_a_new_token_that_ends_while_a_retry_waits_is_not_served(refresh_token):
    """Between the question whether it has ended, and the answer that the old one is used up."""
    old = services.read(str(refresh_token))
    new = successor(old)
    assert services.exchange(old, new)
    with overtaken_by(lambda: services.revoke(new)):
        assert services.exchange(old, new) is None


def test_after_the_grace_a_retry_is_a_replay(pair):
    newer = pair_of(refresh(pair.refresh))
    used_long_ago()
    assert answer_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == 401


def test_there_is_none_unless_a_project_gives_it(revocation, pair):
    revocation(REFRESH_GRACE=timedelta(0))
    refresh(pair.refresh)
    assert answer_code(refresh(pair.refresh)) == REVOKED


@pytest.mark.trap("T6")
def test_a_retry_does_not_extend_it(pair):
    refresh(pair.refresh)
    before = RevokedToken.objects.values().get()
    refresh(pair.refresh)
    assert RevokedToken.objects.values().get() == before


def test_it_does_not_extend_the_life_of_the_new_token(pair):
    newer = pair_of(refresh(pair.refresh))
    with later(5):
        again = RefreshToken(pair_of(refresh(pair.refresh)).refresh)
    assert again["exp"] == RefreshToken(newer.refresh)["exp"]


@pytest.mark.trap("T6")
def test_it_does_not_reach_the_generation_before(pair):
    newest = pair_of(refresh(pair_of(refresh(pair.refresh)).refresh))
    assert answer_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newest.access) == 401


@pytest.mark.trap("T5")
@pytest.mark.parametrize(
    "end",
    [
        lambda pair, user: sending(pair.access).post("/auth/logout/"),
        lambda pair, user: sending("").post("/auth/revoke/", {"token": pair.refresh}),
        lambda pair, user: services.revoke(services.read(pair.refresh), reason=Reason.ADMIN),
        lambda pair, user: services.revoke_all(user),
    ],
    ids=["logout", "revoke", "service", "everywhere"],
)
@pytest.mark.parametrize("used", [True, False])
def test_a_token_that_was_revoked_on_purpose_is_never_served(pair, user, end, used):
    if used:
        refresh(pair.refresh)
    end(pair, user)
    assert answer_code(refresh(pair.refresh)) == REVOKED


def test_nor_is_one_whose_successor_was_revoked(pair):
    newer = pair_of(refresh(pair.refresh))
    services.revoke(services.read(newer.refresh))
    assert answer_code(refresh(pair.refresh)) == REVOKED


def test_revoking_a_used_token_says_who_and_why(pair, user):
    refresh(pair.refresh)
    services.revoke(services.read(pair.refresh), reason=Reason.ADMIN, revoked_by=user, note="n")
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by, row.note) == (Reason.ADMIN, user, "n")
    services.revoke(services.read(pair.refresh), reason=Reason.LOGOUT)
    assert RevokedToken.objects.get().reason == Reason.ADMIN


def test_a_clock_that_others_read_later_is_no_grace(revocation, pair):
    revocation(REFRESH_GRACE=timedelta(0))
    refresh(pair.refresh)
    RevokedToken.objects.update(revoked_at=timezone.now() + timedelta(seconds=1))
    assert answer_code(refresh(pair.refresh)) == REVOKED
