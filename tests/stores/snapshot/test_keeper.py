from __future__ import annotations

import pytest
from django.db import connection

from tests.stores.snapshot.revocations import revoked
from token_revocation.models import RevokedToken
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.snapshot import keeper as module
from token_revocation.stores.snapshot import loading, rows
from token_revocation.stores.snapshot.keeper import LOADED_FOR, Keeper
from token_revocation.stores.snapshot.numbering import number
from token_revocation.testing import make_token
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return Keeper(DatabaseStore(), every=1.0)


@pytest.fixture
def clock(monkeypatch):
    """Shows what ``clock.now`` is set to."""

    class Clock:
        now = 100.0

    for user in (module, loading):
        monkeypatch.setattr(user, "elapsed", lambda: Clock.now)
    return Clock


def knows(keeper, token):
    return keeper.trusted().may_end(token)


def test_there_is_nothing_to_trust_before_it_is_loaded(keeper):
    assert keeper.trusted() is None
    assert keeper.status() == {"loaded": False, "trusted": False, "errors": 0}


def test_it_is_loaded_and_then_carried_on(keeper, django_assert_num_queries):
    (first,) = revoked()
    keeper.refresh()
    (second,) = revoked()
    with django_assert_num_queries(3):
        keeper.refresh()
    assert knows(keeper, first)
    assert knows(keeper, second)
    assert keeper.status()["entries"] == 2


def test_a_snapshot_older_than_the_bound_is_not_trusted(keeper, clock):
    keeper.refresh()
    clock.now += 2.0
    assert keeper.trusted()
    clock.now += 0.001
    assert keeper.trusted() is None
    assert keeper.status()["trusted"] is False
    assert keeper.status()["age"] == 2.001


def test_its_age_counts_from_before_the_reading_began(keeper, clock, monkeypatch):
    read = rows.unnumbered

    def slowly(using):
        found = read(using)
        clock.now += 1.5
        return found

    keeper.refresh()
    monkeypatch.setattr(rows, "unnumbered", slowly)
    keeper.refresh()
    assert keeper.status()["age"] == 1.5


def test_it_is_loaded_anew_from_time_to_time_without_what_was_purged(keeper, clock):
    revoked(3)
    keeper.refresh()
    RevokedToken.objects.all().delete()
    clock.now += LOADED_FOR / 2 - 1
    keeper.refresh()
    assert keeper.status()["entries"] == 3
    clock.now += LOADED_FOR / 2 + 1
    keeper.refresh()
    assert keeper.status()["entries"] == 0


def test_what_is_trusted_is_carried_on_while_another_one_is_loaded(keeper, clock, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 1)
    revoked(3)
    keeper.refresh()
    clock.now += LOADED_FOR
    seen, load = [], loading.load

    def slowly(using, meanwhile):
        def late():
            clock.now += 0.4
            meanwhile()
            seen.append(keeper.trusted() is not None)

        return load(using, late)

    monkeypatch.setattr(module, "load", slowly)
    keeper.refresh()
    assert seen == [True] * 3
    assert knows(keeper, revoked_now(keeper))


def revoked_now(keeper):
    (token,) = revoked()
    keeper.refresh()
    return token


def test_with_too_much_news_there_is_none_until_it_is_loaded_anew(keeper, monkeypatch):
    keeper.refresh()
    tokens = revoked(7)
    monkeypatch.setattr(rows, "MOST_UNNUMBERED", 5)
    with monkeypatch.context() as patch:
        patch.setattr(loading, "number", lambda using: None)
        keeper.refresh()
    assert keeper.trusted() is None
    keeper.refresh()
    assert all(knows(keeper, token) for token in tokens)


def test_what_was_marked_before_is_forgotten_when_the_snapshot_knows_it(keeper, clock):
    early, late = make_token(), make_token()
    keeper.marks.add([early.key])
    clock.now = module.elapsed() + 1e9
    keeper.refresh()
    assert not keeper.marks.touch(early)
    keeper.marks.add([late.key])
    clock.now -= 2e9
    keeper.refresh()
    assert keeper.marks.touch(late)


def test_rows_that_cannot_be_numbered_are_read_all_the_same(keeper, monkeypatch):
    monkeypatch.setattr(loading, "FEW", 0)
    keeper.refresh()
    (token,) = revoked()
    with failing_database("UPDATE"):
        keeper.refresh()
    assert knows(keeper, token)
    assert RevokedToken.objects.unnumbered().count() == 1


def test_many_rows_are_numbered(keeper, monkeypatch):
    monkeypatch.setattr(loading, "FEW", 2)
    keeper.refresh()
    revoked(3)
    keeper.refresh()
    assert not RevokedToken.objects.unnumbered().exists()
    assert number("default") == 0


class TestWork:
    """What the thread does."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_it_rests_for_less_than_the_interval(self, keeper):
        rests = [keeper.work() for _ in range(20)]
        assert all(0 < rest < 1.0 for rest in rests)
        assert max(rests) - min(rests) > 0.05
        assert keeper.trusted()

    def test_a_failure_is_logged_once_and_tried_again_soon_and_then_at_leisure(
        self, keeper, caplog
    ):
        with failing_database():
            assert [keeper.work() for _ in range(3)] == [0.25, 1.0, 1.0]
        assert caplog.text.count("The snapshot could not be refreshed") == 1
        keeper.work()
        assert keeper.trusted()
        with failing_database():
            assert keeper.work() == 0.25
        assert caplog.text.count("The snapshot could not be refreshed") == 2

    def test_no_transaction_stays_open(self, keeper):
        connection.ensure_connection()
        connection.set_autocommit(False)
        try:
            keeper.work()
            assert connection.get_autocommit()
        finally:
            connection.set_autocommit(True)
        assert keeper.trusted()
