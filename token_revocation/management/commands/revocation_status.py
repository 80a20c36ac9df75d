"""Show the status of the store and the database, and exit with its level."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from token_revocation.clock import now
from token_revocation.management._arguments import positive_integer
from token_revocation.services import Limits, Status, status
from token_revocation.services._statistics import Tables
from token_revocation.services._status import in_seconds

STYLES = ("SUCCESS", "WARNING", "ERROR")


class Command(BaseCommand):
    """Command-line interface of :func:`token_revocation.services.status`."""

    help = (
        "Shows the store and its staleness bound, the size of the tables, and whether expired "
        "rows are purged. Exit status: 0 OK, 1 warning, 2 critical."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add, default = parser.add_argument, Limits()
        days = default.overdue_warning and default.overdue_warning.days
        number = positive_integer
        add("--json", action="store_true", dest="as_json", help="Write the status as JSON.")
        add(
            "--database",
            choices=tuple(connections),
            help="The database of the revocations (default: chosen by the database routers).",
        )
        rows, overdue = "expired rows that are not purged", "days since a row could be purged"
        add(
            "--rows-warning",
            type=number,
            default=default.rows_warning,
            help=f"Warn from this number of {rows} (default: 100000).",
        )
        add("--rows-critical", type=number, help=f"Critical number of {rows} (default: none).")
        add(
            "--days-warning", type=number, default=days, help=f"Warn from this number of {overdue}."
        )
        add("--days-critical", type=number, help=f"Critical number of {overdue} (default: none).")

    def handle(self, *, as_json: bool, database: str | None, **options: Any) -> None:
        found = status(using=database, limits=_limits(**options))
        if as_json:
            self.stdout.write(json.dumps(_to_json(found), cls=DjangoJSONEncoder, indent=2))
        else:
            style = getattr(self.style, STYLES[found.level])
            self.stdout.write(style(found.level.name))
            self.stdout.write("\n".join(_lines(found)))
        sys.exit(found.level)


def _limits(
    *,
    rows_warning: int,
    rows_critical: int | None,
    days_warning: int,
    days_critical: int | None,
    **others: Any,
) -> Limits:
    return Limits(
        rows_warning=rows_warning,
        rows_critical=rows_critical,
        overdue_warning=timedelta(days=days_warning),
        overdue_critical=timedelta(days=days_critical) if days_critical else None,
    )


def _to_json(found: Status) -> dict[str, Any]:
    overdue = {"overdue": found.tables.overdue.total_seconds()} if found.tables else {}
    values = dataclasses.asdict(found)
    values["level"] = found.level.name
    values["problems"] = [{"level": p.level.name, "text": p.text} for p in found.problems]
    values["tables"] = values["tables"] and {**values["tables"], **overdue}
    return values


def _lines(found: Status) -> Iterator[str]:
    for problem in found.problems:
        yield f"{problem.level.name}: {problem.text}"
    yield f"store: {found.store}"
    yield f"staleness bound: {found.staleness_bound} seconds"
    if found.tables:
        yield from _table_lines(found.tables)
    yield f"PURGE_ON_REVOKE: {found.purge_on_revoke}"
    for name, value in {**found.health, **found.process}.items():
        yield f"{name.replace('_', ' ')}: {value}"


def _table_lines(tables: Tables) -> Iterator[str]:
    yield f"revoked tokens: {tables.revoked_tokens}"
    yield f"cutoffs: {tables.cutoffs}"
    for name, count in tables.others.items():
        yield f"{name}: {count}"
    yield f"rows without expiry: {tables.unending}"
    oldest = f", the oldest for {in_seconds(tables.overdue)}" if tables.expired.rows else ""
    yield f"expired rows: {tables.expired}{oldest}"
    purged_at = tables.purged_at
    yield f"last purge: {f'{in_seconds(now() - purged_at)} ago' if purged_at else 'never'}"
