"""Which snapshots of a process a message concerns."""

from __future__ import annotations

import pytest

from tests.stores.snapshot.test_notifications import FakePush
from token_revocation.stores.snapshot import _invalidations, _manager, _refresher
from token_revocation.stores.snapshot._database_identity import DatabaseIdentity
from token_revocation.stores.snapshot._invalidations import to_entries
from token_revocation.stores.snapshot._messages import Message, encode
from token_revocation.stores.snapshot._refresher import Refresher
from token_revocation.stores.snapshot._tenant_schema import keep_schema
from token_revocation.testing import make_token

pytestmark = pytest.mark.django_db(transaction=True)

TENANTS = ("first", "second")


@pytest.fixture
def refresher(monkeypatch):
    """A refresher with the snapshots of two tenants."""
    monkeypatch.setattr(_refresher, "schema_selector", lambda connection: keep_schema)
    made = Refresher("default", 60.0, None)
    for tenant in TENANTS:
        made.get_manager(tenant).refresh()
    return made


def name(tenant):
    return DatabaseIdentity(("default", tenant)).get()


def affected(refresher, token):
    """Return the tenants in which ``token`` is looked up in the database."""
    return [t for t in TENANTS if refresher.get_manager(t).invalidations.affects(token)]


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        (lambda: name("first"), ["first"]),
        (lambda: name("second"), ["second"]),
        (lambda: name("third"), []),
        (lambda: "", ["first", "second"]),
    ],
)
def test_entries_are_added_to_the_snapshot_that_they_name(refresher, namespace, expected):
    token = make_token()
    refresher._receive(encode(Message(namespace(), to_entries([token.key], None))))
    assert affected(refresher, token) == expected
    assert not refresher.worker._wake_event.is_set()


@pytest.mark.parametrize(("tenant", "expected"), [("first", True), ("third", False)])
def test_a_message_without_entries_refreshes_the_snapshot_that_it_names(
    refresher, tenant, expected
):
    refresher._receive(encode(Message(name(tenant), [])))
    assert refresher.worker._wake_event.is_set() is expected


def test_a_flood_of_forged_messages_is_bounded_by_refreshes(refresher):
    """They cost a refresh, which the interval of the worker limits."""
    invalidations = refresher.get_manager("first").invalidations
    while not refresher.worker._wake_event.is_set():
        forged = to_entries([make_token().key for _ in range(100)], None)
        refresher._receive(encode(Message(name("first"), forged)))
    assert len(invalidations._ticks) == _invalidations.MAX_PUSHED_ENTRIES
    assert not invalidations.affects(make_token())
    refresher.get_manager("first").refresh()
    assert not invalidations._ticks


def test_entries_that_arrive_during_the_load_are_kept(refresher, monkeypatch):
    token, load = make_token(), _manager.load

    def load_slowly(using, on_batch):
        snapshot = load(using, on_batch)
        refresher._receive(encode(Message(name("third"), to_entries([token.key], None))))
        return snapshot

    monkeypatch.setattr(_manager, "load", load_slowly)
    manager = refresher.get_manager("third")
    manager.refresh()
    assert manager.get_snapshot()
    assert manager.invalidations.affects(token)
    assert affected(refresher, token) == []


def test_messages_without_entries_refresh_five_times_in_an_interval():
    refresher = Refresher("default", 60.0, lambda using: FakePush())
    assert refresher.worker._min_interval == 60.0 / 5
