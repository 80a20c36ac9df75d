"""One poll: take the acknowledgements, give what is next. RFC 8936, section 2."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile

from token_revocation.services.transactions import reading
from token_revocation.standards.event_feed.models import Receiver
from token_revocation.standards.event_feed.positions import Event, Position, events_after

MAX_EVENTS = 500
"""How many events one answer holds, and how many one poll can acknowledge."""


@dataclass(frozen=True)
class Batch:
    """What a receiver has not acknowledged, the oldest first, and whether there is more."""

    events: list[Event]
    more_available: bool


def poll(name: str, *, limit: int | None, done: Collection[str]) -> Batch:
    """Move the receiver ``name`` past the events it has ``done`` with, and read on.

    It moves up to the first event that it is not done with; later ones are delivered again, as
    the same tokens by ``jti``. Raises
    :class:`~token_revocation.exceptions.RevocationUnavailable`; then nothing moved.
    """
    most = MAX_EVENTS if limit is None else min(limit, MAX_EVENTS)
    with reading(None) as using:
        receiver, _ = Receiver.objects.using(using).get_or_create(name=name)
        position = Position(receiver.revision, receiver.table, receiver.row)
        if done:
            position = _acknowledged(position, frozenset(done), using)
            _move(receiver, position, using)
        events = events_after(position, most + 1, using)
    return Batch(events[:most], more_available=len(events) > most)


def _move(receiver: Receiver, to: Position, using: str) -> None:
    """Of two polls at once the last one holds: to go back delivers again, and loses nothing."""
    mine = Receiver.objects.using(using).filter(pk=receiver.pk)
    mine.update(revision=to.revision, table=to.table, row=to.row)


def _acknowledged(position: Position, done: Collection[str], using: str) -> Position:
    coming = (place for place, _ in events_after(position, MAX_EVENTS, using))
    passed = takewhile(lambda place: place.jti in done, coming)
    return max(passed, default=position)
