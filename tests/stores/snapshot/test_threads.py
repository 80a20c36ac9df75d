"""Threads that ask, threads that revoke, and the one that refreshes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import uniform

import pytest
from django.db import connection, connections, transaction

from tests.stores.snapshot.revocations import revoked
from tests.threads import needs_several_connections
from token_revocation import services
from token_revocation.stores.snapshot import SnapshotStore
from token_revocation.stores.snapshot.loading import catch_up, load
from token_revocation.stores.snapshot.numbering import number
from token_revocation.testing import make_token

pytestmark = [
    pytest.mark.django_db(transaction=True),
    needs_several_connections,
]

EVERY = 0.1


@pytest.fixture
def store():
    store = SnapshotStore(refresh_every=EVERY)
    yield store
    store.close()


def until(condition, *, seconds=10):
    """Whether it comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def is_trusted(store):
    store.is_revoked(make_token())
    return store.status()["trusted"]


@contextmanager
def at_the_same_time(*works):
    """Do each of these in a thread of its own, again and again, during the block."""
    over = threading.Event()

    def repeat(work):
        try:
            while not over.is_set():
                work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(repeat, work) for work in works]
        yield
        over.set()
        for each in running:
            each.result()


def refreshers():
    return [thread for thread in threading.enumerate() if thread.name == "token_revocation"]


def test_all_threads_share_one_snapshot_and_see_what_is_committed(store):
    assert until(lambda: is_trusted(store))
    token = make_token()

    def sees(_):
        try:
            return until(lambda: store.is_revoked(token))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        services.revoke(token)  # The store in use is another one: this one hears nothing.
        assert all(pool.map(sees, range(4)))
    assert len(refreshers()) == 1


def test_nothing_is_asked_while_it_is_fresh(store, django_assert_num_queries):
    assert until(lambda: is_trusted(store))
    with django_assert_num_queries(0):
        store.is_revoked(make_token())


@pytest.mark.skipif(connection.vendor == "sqlite", reason="nobody cuts a file off")
def test_it_survives_a_connection_that_is_cut(store):
    assert until(lambda: is_trusted(store))
    cut_other_connections()
    (token,) = revoked()
    assert until(lambda: store.is_revoked(token))
    assert until(lambda: is_trusted(store))


def cut_other_connections():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return
        cursor.execute(
            "SELECT id FROM information_schema.processlist"
            " WHERE db = database() AND id <> connection_id()"
        )
        for (thread,) in cursor.fetchall():
            cursor.execute(f"KILL {thread}")


def test_its_connection_is_closed_when_it_ends(store):
    assert until(lambda: is_trusted(store))
    store.close()
    assert refreshers() == []


def test_numbering_that_races_with_inserts_loses_nothing():
    written, missed, snapshot = [], [], load("default")

    def write():
        with transaction.atomic():
            tokens = revoked(2)
            time.sleep(uniform(0, 0.02))  # noqa: S311
        written.extend(tokens)

    def read():
        known = list(written)
        catch_up(snapshot, "default")
        missed.extend(token for token in known if not snapshot.may_end(token))

    def give():
        number("default")
        time.sleep(uniform(0, 0.01))  # noqa: S311

    # Counted and not timed: on SQLite writers wait for each other, and a busy machine is slow.
    with at_the_same_time(write, write, write, give, give, read):
        raced = until(lambda: len(written) > 100, seconds=60)
    read()
    assert raced
    assert missed == []
