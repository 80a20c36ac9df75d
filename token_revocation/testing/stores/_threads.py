"""Tests of concurrent lookups and revocations."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.core.cache import caches
from django.db import connections, router, transaction

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing.stores._invalidations import REVOCATIONS, SESSION
from token_revocation.testing.stores._lookups import LookupTestCase, make_token
from token_revocation.tokens import TokenRef

THREAD_COUNT = 3

Lookup = tuple[float, bool]
"""The time before a lookup, and its result."""


class ThreadTests(LookupTestCase):
    """One store serves all threads. Skipped if they cannot share a database."""

    def test_no_thread_accepts_a_token_after_its_revocation(self) -> None:
        self.require_threads()
        for name, revoke in REVOCATIONS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                revoke_token = partial(self.commit, revoke, token)
                lookups, revoked_at = self.look_up_throughout(token, revoke_token)
                self.assertIn(False, [result for started_at, result in lookups])
                late = [result for started_at, result in lookups if started_at > revoked_at]
                self.assertEqual(set(late), {True})

    def test_result_of_another_thread_before_the_commit_is_not_used_after_it(self) -> None:
        self.require_threads()
        for name, revoke in REVOCATIONS:
            with self.subTest(name), ThreadPoolExecutor(1) as pool:
                token = make_token(subjects=(SESSION,))
                self.is_revoked(make_token())  # SQLite: the first lookup may write.
                with transaction.atomic():
                    revoke(token)
                    self.assertFalse(pool.submit(run_and_close, self.is_revoked, token).result())
                self.update_store()
                self.assert_rejected(token)

    def test_one_of_several_concurrent_revocations_is_the_first(self) -> None:
        self.require_threads()
        token = make_token()
        barrier = threading.Barrier(THREAD_COUNT, timeout=30)

        def revoke() -> bool:
            barrier.wait()
            return services.revoke(token)

        with ThreadPoolExecutor(THREAD_COUNT) as pool:
            done = [pool.submit(run_and_close, revoke) for _ in range(THREAD_COUNT)]
            self.assertEqual(sorted(each.result() for each in done), [False, False, True])
        self.update_store()
        self.assert_rejected(token)

    def require_threads(self) -> None:
        """Skip the test in a transaction, or if connections cannot share the database."""
        database: Any = connections[router.db_for_write(RevokedToken)]
        if database.in_atomic_block:
            self.skipTest("The transaction of a TestCase is not visible to other threads.")
        if database.vendor == "sqlite" and database.is_in_memory_db():
            self.skipTest("An in-memory SQLite database has only one connection.")

    def look_up_throughout(
        self, token: TokenRef, revoke: Callable[[], object]
    ) -> tuple[list[Lookup], float]:
        """Call ``revoke`` during lookups in threads; return the lookups and its end time."""
        lookups: list[Lookup] = []
        stop = threading.Event()

        def look_up() -> None:
            while not stop.is_set():
                started_at = time.monotonic()
                lookups.append((started_at, self.is_revoked(token)))

        with ThreadPoolExecutor(THREAD_COUNT) as pool:
            running = [pool.submit(run_and_close, look_up) for _ in range(THREAD_COUNT)]
            try:
                wait_for_more(lookups)
                revoke()
                done_at = time.monotonic()
                wait_for_more(lookups)
            finally:
                stop.set()
            for each in running:
                each.result()
        return lookups, done_at


def wait_for_more(lookups: list[Lookup]) -> None:
    """Wait for about ten more lookups of each thread, at most 10 seconds."""
    wanted, deadline = len(lookups) + 10 * THREAD_COUNT, time.monotonic() + 10
    while len(lookups) < wanted and time.monotonic() < deadline:
        time.sleep(0.005)


def run_and_close(function: Callable[..., Any], *args: Any) -> Any:
    """Call ``function`` in a thread, and close the connections of that thread."""
    try:
        return function(*args)
    finally:
        connections.close_all()
        caches.close_all()
