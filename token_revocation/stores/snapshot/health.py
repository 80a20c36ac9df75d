"""Whether snapshots of a database can be kept fresh, found without loading one."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from django.db import Error

from token_revocation.models import Bookkeeping
from token_revocation.stores.health import Health, Problem, seconds_since, warning
from token_revocation.stores.snapshot import rows
from token_revocation.stores.snapshot.rows import Behind


def look(using: str, every: float) -> Health:
    """What every process does each ``every`` seconds, done once and timed."""
    began = perf_counter()
    try:
        waiting = _waiting(using)
        revision = Bookkeeping.objects.using(using).values_list("revision", flat=True).first()
    except Error:
        return Health(problems=[warning("No snapshot can be refreshed; the database answers.")])
    took = seconds_since(began)
    facts = {"waiting": waiting, "revision": revision or 0, "refresh_takes": took}
    return Health(facts=facts, problems=[*_problems(waiting, took, every)])


def _waiting(using: str) -> int:
    """How many rows have no revision; one more than a snapshot reads if there are more."""
    try:
        return len(rows.unnumbered(using))
    except Behind:
        return rows.MOST_UNNUMBERED + 1


def _problems(waiting: int, took: float, every: float) -> Iterator[Problem]:
    if waiting > rows.MOST_UNNUMBERED:
        yield warning(
            f"More than {rows.MOST_UNNUMBERED} rows wait for a revision, so snapshots are being "
            "loaded anew; the database answers."
        )
    if took > every:
        yield warning(f"Refreshing a snapshot takes {took} seconds; the database often answers.")
