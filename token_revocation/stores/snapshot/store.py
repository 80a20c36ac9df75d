"""The store that answers from memory."""

from __future__ import annotations

import atexit
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast
from weakref import WeakSet, finalize

from django.core.checks import CheckMessage
from django.db import connections
from django.utils.module_loading import import_string

from token_revocation.stores.base import RevocationStore
from token_revocation.stores.database import DatabaseStore
from token_revocation.stores.health import Health
from token_revocation.stores.snapshot.background import Background
from token_revocation.stores.snapshot.health import look
from token_revocation.stores.snapshot.interval import check_interval
from token_revocation.stores.snapshot.keeper import Keeper
from token_revocation.stores.snapshot.news import News
from token_revocation.stores.snapshot.push import Push
from token_revocation.tokens import TokenRef

NEWS_EVERY = 50
"""With a push it may look so many times in one interval; it does if there is so much news."""

_stores: WeakSet[SnapshotStore] = WeakSet()


class SnapshotStore(RevocationStore):
    """Keeps all revocations in memory: no query about a token that nobody revoked.

    Every process has one snapshot, complete or not used. A thread loads it after the first
    question and looks every ``refresh_every`` seconds for what was committed since. It is
    believed for twice that; when it cannot be refreshed in time, the database is asked, and so
    it is about every token that the snapshot would refuse. What this process itself revoked is
    seen at once.

    ``push`` is the dotted path of a :class:`~token_revocation.stores.snapshot.push.Push`, and
    ``push_options`` are its arguments: then the thread looks as soon as somebody has revoked.
    With ``background=False`` nothing happens before :meth:`refresh` is called: for tests.
    """

    def __init__(
        self,
        *,
        using: str | None = None,
        refresh_every: float = 1.0,
        push: str = "",
        push_options: Mapping[str, Any] | None = None,
        background: bool = True,
    ) -> None:
        self.staleness_bound = 2 * refresh_every
        self._every = refresh_every
        self._truth = DatabaseStore(using=using)
        self._make_push = push and partial(_make_push, push, push_options or {}, self._truth)
        self._in_background = background
        self._begin()
        _stores.add(self)

    def start_over(self) -> None:
        """In a child: a fork copies the memory, but not the thread that refreshes it.

        Of what that thread held nothing is touched; a lock of its would never be released.
        """
        self._end.detach()
        self._begin()

    def _pause(self) -> None:
        """Before a fork: let the thread be in no library of a database.

        What it holds there, nobody lets go in a child, where SQLite would wait for ever.
        """
        self._background.pause()

    def _go_on(self) -> None:
        """After the fork, in the parent."""
        self._background.go_on()

    def close(self) -> None:
        for each in self._threads:
            each.end()
        for each in self._threads:
            each.join()

    def is_revoked(self, token: TokenRef) -> bool:
        return self._may_be_revoked(token) and self._truth.is_revoked(token)

    def vouches_for(self, token: TokenRef) -> bool:
        return not self._may_be_revoked(token)

    def publish(self, keys: Iterable[uuid.UUID]) -> None:
        self._keeper.marks.add(keys)
        # Before the commit there is nothing to see yet.
        if self._news and not connections[self._truth.database].in_atomic_block:
            self._news.send()

    def refresh(self) -> None:
        """See what is committed now, over the connection of this thread."""
        self._keeper.refresh()

    def status(self) -> Mapping[str, object]:
        listening = {"listening": self._news.is_heard} if self._news else {}
        return {**self._keeper.status(), "refreshing": self._background.is_alive, **listening}

    def health(self) -> Health:
        truth, found = self._truth.health(), look(self._truth.database, self._every)
        problems = [*truth.problems, *found.problems]
        return Health(facts={**truth.facts, **found.facts}, problems=problems)

    def check(self) -> list[CheckMessage]:
        pushed = self._make_push().check() if self._make_push else []
        return [*pushed, *check_interval(self._every)]

    def _begin(self) -> None:
        self._keeper = Keeper(self._truth, self._every)
        least = self._every / (NEWS_EVERY if self._make_push else 5)
        self._background = Background(self._keeper.work, least=least)
        self._news = News(self._make_push(), self._background.wake) if self._make_push else None
        self._threads = [*([self._news.background] if self._news else []), self._background]
        # For a store that nobody closes; waiting is not for the thread that finds it gone.
        self._end = finalize(self, _end, self._threads)

    def _may_be_revoked(self, token: TokenRef) -> bool:
        # The marks first: they are forgotten only when the snapshot knows what they stood for.
        is_marked = self._keeper.marks.touch(token)
        snapshot = self._keeper.trusted()
        if snapshot is None:
            self._start()
            return True
        return is_marked or snapshot.may_end(token)

    def _start(self) -> None:
        """Who listens is first: once there is a snapshot nobody comes here to try again."""
        if self._in_background:
            all(thread.start() for thread in self._threads)


def _make_push(path: str, options: Mapping[str, Any], truth: DatabaseStore) -> Push:
    """A new one for each process: connections are not shared with a fork."""
    return cast("Push", import_string(path)(using=truth.database, **options))


def _end(threads: Iterable[Background]) -> None:
    for thread in threads:
        thread.end()


def _all(act: Callable[[SnapshotStore], None]) -> Callable[[], None]:
    def acting() -> None:
        for store in list(_stores):
            act(store)

    return acting


atexit.register(_all(SnapshotStore.close))

if hasattr(os, "register_at_fork"):  # pragma: no branch - only Windows has no fork
    os.register_at_fork(
        before=_all(SnapshotStore._pause),
        after_in_parent=_all(SnapshotStore._go_on),
        after_in_child=_all(SnapshotStore.start_over),
    )
