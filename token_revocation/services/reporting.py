"""How everything is: for people, and for monitoring. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services.counting import Tables, count_tables
from token_revocation.services.transactions import reading
from token_revocation.stores import get_store
from token_revocation.stores.health import Level, Problem, critical, warning


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where a warning begins, and where it gets critical; ``None`` is nowhere.

    ``rows`` have expired and were not purged; ``overdue`` is how long the oldest could have been.
    """

    rows_warning: int | None = 100_000
    rows_critical: int | None = None
    overdue_warning: timedelta | None = timedelta(days=2)
    overdue_critical: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Status:
    """How everything was at a moment. ``tables`` is ``None`` if the database did not answer.

    ``health`` is what the store found by asking, ``process`` how it is in this process.
    """

    store: str
    staleness_bound: float
    purge_on_revoke: int
    tables: Tables | None
    health: Mapping[str, object] = field(default_factory=dict)
    process: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of the problems."""
        return max((problem.level for problem in self.problems), default=Level.OK)


def status(*, limits: Limits | None = None, using: str | None = None) -> Status:
    """Ask the store and the database how they are. An outage is a finding, never an error."""
    store, tables = get_store(), _tables(using)
    health = store.health()
    return Status(
        store=settings.STORE,
        staleness_bound=store.staleness_bound,
        purge_on_revoke=settings.PURGE_ON_REVOKE,
        tables=tables,
        health=health.facts,
        process=store.status(),
        problems=(*health.problems, *_problems(tables, limits or Limits())),
    )


def _tables(using: str | None) -> Tables | None:
    try:
        with reading(using) as alias:
            return count_tables(alias)
    except RevocationUnavailable:
        return None


def _problems(tables: Tables | None, limits: Limits) -> Iterator[Problem]:
    if tables is None:
        yield critical("The database of the revocations does not answer.")
        return
    rows, overdue = tables.expired.rows, tables.overdue
    if _reaches(rows, limits.rows_critical) or _reaches(overdue, limits.overdue_critical):
        yield critical(_growing(tables))
    elif _reaches(rows, limits.rows_warning) or _reaches(overdue, limits.overdue_warning):
        yield warning(_growing(tables))


def _reaches(value: Any, limit: Any) -> bool:
    return limit is not None and value >= limit


def _growing(tables: Tables) -> str:
    return (
        f"{tables.expired} expired rows wait to be purged, the oldest for {rounded(tables.overdue)}."
        f" purge_revoked_tokens {_last_ended(tables.purged_at)}, and PURGE_ON_REVOKE is"
        f" {settings.PURGE_ON_REVOKE}."
    )


def _last_ended(moment: datetime | None) -> str:
    return f"last ended {rounded(now() - moment)} ago" if moment else "has never ended"


def rounded(duration: timedelta) -> timedelta:
    """``duration`` in whole seconds, for people."""
    return timedelta(seconds=round(duration.total_seconds()))
