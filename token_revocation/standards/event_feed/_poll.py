"""Polls of the feed: acknowledgement and delivery of events (RFC 8936, 2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile

from token_revocation.services._transactions import database_errors
from token_revocation.standards.event_feed._cursor import Event, Position, events_after
from token_revocation.standards.event_feed.models import Receiver

MAX_EVENTS = 500
"""Maximum number of events that one poll returns or acknowledges."""


@dataclass(frozen=True)
class Batch:
    """Events to deliver, the oldest first, and whether there are more."""

    events: list[Event]
    more_available: bool


def poll(name: str, *, limit: int | None, acknowledged: Collection[str]) -> Batch:
    """Acknowledge events for the receiver ``name`` and return the next ones.

    The receiver advances up to the first event that is not acknowledged. Later events are
    delivered again with the same ``jti``.

    Args:
        name: The name of the receiver.
        limit: Maximum number of events to return, by default ``MAX_EVENTS``.
        acknowledged: The ``jti`` of each event that the receiver has processed.

    Raises:
        RevocationUnavailable: The database failed. Nothing was acknowledged.
    """
    max_events = MAX_EVENTS if limit is None else min(limit, MAX_EVENTS)
    with database_errors(None) as using:
        receiver, _ = Receiver.objects.using(using).get_or_create(name=name)
        position = Position(receiver.revision, receiver.table, receiver.row)
        if acknowledged:
            position = _advance(position, frozenset(acknowledged), using)
            _save_position(receiver, position, using)
        events = events_after(position, max_events + 1, using)
    return Batch(events[:max_events], more_available=len(events) > max_events)


def _save_position(receiver: Receiver, position: Position, using: str) -> None:
    # Of concurrent polls the last wins. Going back repeats deliveries, and loses none.
    rows = Receiver.objects.using(using).filter(pk=receiver.pk)
    rows.update(revision=position.revision, table=position.table, row=position.row)


def _advance(position: Position, acknowledged: Collection[str], using: str) -> Position:
    following = (each for each, _ in events_after(position, MAX_EVENTS, using))
    passed = takewhile(lambda each: each.jti in acknowledged, following)
    return max(passed, default=position)
