"""Concurrent lookups, revocations and refreshes."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import uniform

import pytest
from django.db import connection, connections, transaction

from tests.stores.snapshot.revoked_rows import insert_revoked
from tests.threads import requires_concurrent_connections
from token_revocation import services
from token_revocation.stores.snapshot import SnapshotStore
from token_revocation.stores.snapshot._loader import apply_changes, load
from token_revocation.stores.snapshot._revisions import assign_revision
from token_revocation.testing import make_token

pytestmark = [
    pytest.mark.django_db(transaction=True),
    requires_concurrent_connections,
]

REFRESH_EVERY = 0.1


@pytest.fixture
def store():
    store = SnapshotStore(refresh_every=REFRESH_EVERY)
    yield store
    store.close()


def until(condition, *, seconds=10):
    """Wait until ``condition`` holds; return whether it does within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def is_trusted(store):
    store.is_revoked(make_token())
    return store.status()["trusted"]


@contextmanager
def repeated_in_threads(*tasks):
    """Repeat each task in its own thread during the block."""
    stop = threading.Event()

    def repeat(task):
        try:
            while not stop.is_set():
                task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        running = [pool.submit(repeat, task) for task in tasks]
        yield
        stop.set()
        for each in running:
            each.result()


def refreshers():
    return [thread for thread in threading.enumerate() if thread.name == "token_revocation"]


def test_all_threads_share_one_snapshot_and_see_new_revocations(store):
    assert until(lambda: is_trusted(store))
    token = make_token()

    def sees(_):
        try:
            return until(lambda: store.is_revoked(token))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        services.revoke(token)  # This store is not the one in use, so it gets no invalidation.
        assert all(pool.map(sees, range(4)))
    assert len(refreshers()) == 1


def test_a_fresh_snapshot_needs_no_query(store, django_assert_num_queries):
    assert until(lambda: is_trusted(store))
    with django_assert_num_queries(0):
        store.is_revoked(make_token())


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no connections to terminate")
def test_a_terminated_connection_is_replaced(store):
    assert until(lambda: is_trusted(store))
    terminate_other_connections()
    (token,) = insert_revoked()
    assert until(lambda: store.is_revoked(token))
    assert until(lambda: is_trusted(store))


def terminate_other_connections():
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


def test_closing_the_store_stops_its_thread(store):
    assert until(lambda: is_trusted(store))
    store.close()
    assert refreshers() == []


def test_revisions_assigned_during_inserts_lose_no_row():
    written, missed, snapshot = [], [], load("default")

    def write():
        with transaction.atomic():
            tokens = insert_revoked(2)
            time.sleep(uniform(0, 0.02))
        written.extend(tokens)

    def read():
        known = list(written)
        apply_changes(snapshot, "default")
        missed.extend(token for token in known if not snapshot.may_be_revoked(token))

    def assign():
        assign_revision("default")
        time.sleep(uniform(0, 0.01))

    # A number of rows, as a fixed time would be too short for SQLite on a busy machine.
    with repeated_in_threads(write, write, write, assign, assign, read):
        raced = until(lambda: len(written) > 100, seconds=60)
    read()
    assert raced
    assert missed == []
