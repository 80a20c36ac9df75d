"""The longest lifetime seen of each kind of token, stored for purges.

Purges are safe without it (:class:`~token_revocation.models.PurgeWatermark`). With it, they do not
reject valid tokens that live longer than the settings say.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import connections, router, transaction

from token_revocation._tenants import Scope, current_scope
from token_revocation.clock import monotonic
from token_revocation.models import TokenLifetime
from token_revocation.tokens import FOR_EVER

logger = logging.getLogger("token_revocation")

RETRY_SECONDS = 60.0
"""After a failure, this process records no lifetime for this time."""

STEPS_PER_OCTAVE = 64
"""Lifetimes are rounded up to one of 64 steps between two powers of two, which limits the rows."""

ZERO = timedelta(0)

_recorded: dict[tuple[Scope, str], timedelta] = {}
"""The longest lifetime of each kind that this process knows to be committed."""

_failed_at = float("-inf")


class LifetimeRecorder:
    """A callback for a commit that records the lifetime of a kind."""

    # Django logs the ``__qualname__`` of a callback that fails, which an instance lacks.
    __qualname__ = "LifetimeRecorder"

    def __init__(self, kind: str, lifetime: timedelta, using: str, scope: Scope | None) -> None:
        self.kind, self.lifetime, self.using, self.scope = kind, lifetime, using, scope

    def __call__(self) -> None:
        """Record the lifetime, unless a longer one is recorded. Failures are logged."""
        global _failed_at
        try:
            record({self.kind: self.lifetime}, self.using)
        except Exception as error:  # No error may fail the request.
            _failed_at = monotonic()
            logger.warning("A lifetime could not be recorded: %s", type(error).__name__)
            return
        # In tests a transaction is still open, which may be rolled back.
        if self.scope is not None and not connections[self.using].in_atomic_block:
            _recorded[self.scope, self.kind] = self.lifetime


def is_recorded(kind: str, lifetime: timedelta) -> bool:
    """Return whether this process knows that ``lifetime`` or a longer one is stored."""
    scope = current_scope(router.db_for_write(TokenLifetime))
    return scope is not None and lifetime <= _recorded.get((scope, kind), ZERO)


def record_on_commit(kind: str, lifetime: timedelta, usual: timedelta = ZERO) -> None:
    """Record the longer of ``lifetime`` and ``usual`` for ``kind``, after the commit.

    Makes at most one write, and never raises.
    """
    longest = usual if lifetime <= usual else _rounded_up(lifetime)
    using = router.db_for_write(TokenLifetime)
    scope = current_scope(using)
    if monotonic() >= _failed_at + RETRY_SECONDS:
        _schedule(LifetimeRecorder(kind, longest, using, scope))


def _schedule(recorder: LifetimeRecorder) -> None:
    connection = connections[recorder.using]
    if not connection.in_atomic_block:
        recorder()
        return
    pending = pending_lifetimes(recorder.using)
    if recorder.lifetime > pending.get(recorder.kind, ZERO):
        transaction.on_commit(recorder, using=recorder.using, robust=True)


def pending_lifetimes(using: str) -> dict[str, timedelta]:
    """Return the lifetimes by kind that this transaction records on commit."""
    return _longest((each.kind, each.lifetime) for each in _pending(using))


def recorded_lifetimes(using: str) -> dict[str, timedelta]:
    """Return the longest lifetime of each kind in the database ``using``."""
    rows = TokenLifetime.objects.using(using).values_list("kind", "seconds")
    return _longest((kind, _lifetime(seconds)) for kind, seconds in rows)


def record(lifetimes: Mapping[str, timedelta], using: str) -> dict[str, timedelta]:
    """Store longer ``lifetimes`` than the stored ones; return the longest by kind."""
    known = recorded_lifetimes(using)
    longer = [
        TokenLifetime(kind=kind, seconds=_seconds(lifetime))
        for kind, lifetime in lifetimes.items()
        if lifetime > known.get(kind, ZERO)
    ]
    if longer:
        # Makes a savepoint if a transaction is open.
        with transaction.atomic(using=using):
            TokenLifetime.objects.using(using).bulk_create(longer)
    return _longest([*known.items(), *lifetimes.items()])


def clear_recorded(**kwargs: Any) -> None:
    """Clear what this process knows to be stored, as tables were created or flushed."""
    global _failed_at
    _recorded.clear()
    _failed_at = float("-inf")


def _pending(using: str) -> Iterator[LifetimeRecorder]:
    callbacks = [entry[1] for entry in connections[using].run_on_commit]
    return (callback for callback in callbacks if isinstance(callback, LifetimeRecorder))


def _longest(lifetimes: Iterable[tuple[str, timedelta]]) -> dict[str, timedelta]:
    longest: dict[str, timedelta] = {}
    for kind, lifetime in lifetimes:
        longest[kind] = max(lifetime, longest.get(kind, ZERO))
    return longest


def _rounded_up(lifetime: timedelta) -> timedelta:
    if lifetime == FOR_EVER:
        return FOR_EVER
    seconds = -(-lifetime // timedelta(seconds=1))
    step = max(1, (1 << seconds.bit_length()) // 2 // STEPS_PER_OCTAVE)
    return _lifetime(-(-seconds // step) * step)


def _lifetime(seconds: int | None) -> timedelta:
    try:
        return FOR_EVER if seconds is None else timedelta(seconds=seconds)
    except OverflowError:
        return FOR_EVER


def _seconds(lifetime: timedelta) -> int | None:
    return None if lifetime == FOR_EVER else -(-lifetime // timedelta(seconds=1))
