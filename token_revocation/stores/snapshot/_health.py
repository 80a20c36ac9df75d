"""Health of the snapshot refresh, measured without loading a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from django.db import Error

from token_revocation.models import RevocationState
from token_revocation.stores.health import Health, Problem, seconds_since, warning
from token_revocation.stores.snapshot import _reader
from token_revocation.stores.snapshot._reader import ReloadRequired


def measure_refresh(using: str, refresh_every: float) -> Health:
    """Run and time the queries of one refresh."""
    started_at = perf_counter()
    try:
        unnumbered = _count_unnumbered(using)
        revision = RevocationState.objects.using(using).values_list("revision", flat=True).first()
    except Error:
        return Health(
            problems=[warning("Snapshots cannot be refreshed; the database is queried instead.")]
        )
    duration = seconds_since(started_at)
    facts = {"waiting": unnumbered, "revision": revision or 0, "refresh_takes": duration}
    return Health(facts=facts, problems=[*_problems(unnumbered, duration, refresh_every)])


def _count_unnumbered(using: str) -> int:
    """Count the rows without a revision, up to one more than a refresh reads."""
    try:
        return len(_reader.read_unnumbered(using))
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
