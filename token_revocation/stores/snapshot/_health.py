"""Health of the snapshot refresh, measured without loading a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from django.db import Error

from token_revocation.stores.health import Health, Problem, seconds_since, warning
from token_revocation.stores.snapshot import _reader
from token_revocation.stores.snapshot._changes import read_changes
from token_revocation.stores.snapshot._reader import ReloadRequired
from token_revocation.stores.snapshot._revisions import find_state


def measure_refresh(using: str, refresh_every: float) -> Health:
    """Run and time the query of a refresh."""
    try:
        state = find_state(using)
        revision = state.revision if state else 0
        started_at = perf_counter()
        unnumbered = _count_unnumbered(using, revision)
    except Error:
        return Health(
            problems=[warning("Snapshots cannot be refreshed; the database is queried instead.")]
        )
    duration = seconds_since(started_at)
    facts = {"waiting": unnumbered, "revision": revision, "refresh_takes": duration}
    return Health(facts=facts, problems=[*_problems(unnumbered, duration, refresh_every)])


def _count_unnumbered(using: str, revision: int) -> int:
    """Count the rows without a revision, up to one more than a refresh reads."""
    try:
        return len(read_changes(using, revision).unnumbered)
    except ReloadRequired:
        return _reader.MAX_UNNUMBERED_ROWS + 1


def _problems(unnumbered: int, duration: float, refresh_every: float) -> Iterator[Problem]:
    if unnumbered > _reader.MAX_UNNUMBERED_ROWS:
        yield warning(
            f"More than {_reader.MAX_UNNUMBERED_ROWS} rows have no revision, so snapshots are "
            "being reloaded; the database is queried instead."
        )
    if duration > refresh_every:
        yield warning(
            f"Refreshing a snapshot takes {duration} seconds, longer than refresh_every; "
            "the database is often queried instead."
        )
