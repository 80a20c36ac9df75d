"""Status report of the store and the database, for operators and monitoring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from token_revocation.clock import now
from token_revocation.conf import settings
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services._statistics import Tables, count_tables
from token_revocation.services._transactions import database_errors
from token_revocation.stores import get_store
from token_revocation.stores.health import Level, Problem, critical, warning


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Thresholds of warnings and critical problems; ``None`` disables one."""

    rows_warning: int | None = 100_000
    """The number of expired rows that are not purged."""
    rows_critical: int | None = None
    overdue_warning: timedelta | None = timedelta(days=2)
    """The time since the oldest of them could have been purged."""
    overdue_critical: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Status:
    """The status of the store and the database."""

    store: str
    """The import path of the store."""
    staleness_bound: float
    """The longest time in seconds until this process knows of a committed revocation."""
    purge_on_revoke: int
    tables: Tables | None
    """``None`` if the database is not available."""
    health: Mapping[str, object] = field(default_factory=dict)
    """The results of the store's health check."""
    process: Mapping[str, object] = field(default_factory=dict)
    """The state of the store in this process."""
    problems: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """The level of the worst problem."""
        return max((problem.level for problem in self.problems), default=Level.OK)


def status(*, limits: Limits | None = None, using: str | None = None) -> Status:
    """Check the store and the database, and change nothing.

    An outage is reported as a problem, and raises no exception.

    Args:
        limits: The thresholds; by default those of :class:`Limits`.

    Returns:
        The results of all checks, and the problems that were found.
    """
    store, tables = get_store(), _count_tables(using)
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


def _count_tables(using: str | None) -> Tables | None:
    try:
        with database_errors(using) as alias:
            return count_tables(alias)
    except RevocationUnavailable:
        return None


def _problems(tables: Tables | None, limits: Limits) -> Iterator[Problem]:
    if tables is None:
        yield critical("The revocation database is not available.")
        return
    rows, overdue = tables.expired.rows, tables.overdue
    if _reaches(rows, limits.rows_critical) or _reaches(overdue, limits.overdue_critical):
        yield critical(_overdue_text(tables))
    elif _reaches(rows, limits.rows_warning) or _reaches(overdue, limits.overdue_warning):
        yield warning(_overdue_text(tables))


def _reaches(value: Any, limit: Any) -> bool:
    return limit is not None and value >= limit


def _overdue_text(tables: Tables) -> str:
    return (
        f"{tables.expired} expired rows have not been purged, the oldest for"
        f" {in_seconds(tables.overdue)}. Schedule purge_revoked_tokens"
        f" ({_last_purge_text(tables.purged_at)}) or increase PURGE_ON_REVOKE"
        f" (now {settings.PURGE_ON_REVOKE})."
    )


def _last_purge_text(purged_at: datetime | None) -> str:
    return f"last run {in_seconds(now() - purged_at)} ago" if purged_at else "never run"


def in_seconds(duration: timedelta) -> timedelta:
    """Return ``duration``, rounded to whole seconds."""
    return timedelta(seconds=round(duration.total_seconds()))
