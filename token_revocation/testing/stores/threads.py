"""Several threads ask while one revokes."""

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
from token_revocation.testing.stores.asking import Asking, make_token
from token_revocation.testing.stores.news import ENDINGS, SESSION
from token_revocation.tokens import TokenRef

THREADS = 3

Answer = tuple[float, bool]


class Threads(Asking):
    """One store serves all threads. Skipped where they have no database in common."""

    def test_no_thread_accepts_what_was_revoked_before_it_asked(self) -> None:
        self.need_threads()
        for name, end in ENDINGS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                answers, revoked_at = self.ask_throughout(token, partial(self.after, end, token))
                self.assertIn(False, [answer for asked_at, answer in answers])
                late = [answer for asked_at, answer in answers if asked_at > revoked_at]
                self.assertEqual(set(late), {True})

    def test_what_another_thread_heard_before_the_commit_is_not_believed_after_it(self) -> None:
        self.need_threads()
        for name, end in ENDINGS:
            with self.subTest(name), ThreadPoolExecutor(1) as pool:
                token = make_token(subjects=(SESSION,))
                with transaction.atomic():
                    end(token)
                    self.assertFalse(pool.submit(with_connections, self.ask, token).result())
                self.settle()
                self.assert_refused(token)

    def test_of_threads_that_revoke_at_once_one_is_first(self) -> None:
        self.need_threads()
        token = make_token()
        barrier = threading.Barrier(THREADS, timeout=30)

        def revoke() -> bool:
            barrier.wait()
            return services.revoke(token)

        with ThreadPoolExecutor(THREADS) as pool:
            done = [pool.submit(with_connections, revoke) for _ in range(THREADS)]
            self.assertEqual(sorted(each.result() for each in done), [False, False, True])
        self.settle()
        self.assert_refused(token)

    def need_threads(self) -> None:
        """Skip within a transaction, and on a database that is one connection's alone."""
        database: Any = connections[router.db_for_write(RevokedToken)]
        if database.in_atomic_block:
            self.skipTest("A TestCase commits nothing that another thread could see.")
        if database.vendor == "sqlite" and database.is_in_memory_db():
            self.skipTest("SQLite in memory is one connection for all threads.")

    def ask_throughout(
        self, token: TokenRef, act: Callable[[], object]
    ) -> tuple[list[Answer], float]:
        """What threads were answered, and when they asked; and when ``act`` had been done."""
        answers: list[Answer] = []
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                asked_at = time.monotonic()
                answers.append((asked_at, self.ask(token)))

        with ThreadPoolExecutor(THREADS) as pool:
            asking = [pool.submit(with_connections, ask) for _ in range(THREADS)]
            try:
                wait_for_more(answers)
                act()
                done_at = time.monotonic()
                wait_for_more(answers)
            finally:
                over.set()
            for each in asking:
                each.result()
        return answers, done_at


def wait_for_more(answers: list[Answer]) -> None:
    """Until each thread has probably asked some times more; ten seconds at most."""
    wanted, end = len(answers) + 10 * THREADS, time.monotonic() + 10
    while len(answers) < wanted and time.monotonic() < end:
        time.sleep(0.005)


def with_connections(act: Callable[..., Any], *args: Any) -> Any:
    """Close what ``act`` opened: connections to databases and caches belong to a thread."""
    try:
        return act(*args)
    finally:
        connections.close_all()
        caches.close_all()
