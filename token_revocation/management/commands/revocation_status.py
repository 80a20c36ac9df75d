"""Say how everything is."""

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
from token_revocation.management.commands.purge_revoked_tokens import positive
from token_revocation.services import Limits, Status, status
from token_revocation.services.counting import Tables
from token_revocation.services.reporting import rounded

STYLES = ("SUCCESS", "WARNING", "ERROR")


class Command(BaseCommand):
    """Thin: argv in, :func:`token_revocation.services.status`, lines and an exit code out."""

    help = (
        "Says which store answers and how soon it knows, how much the tables hold, and whether "
        "they are purged. Exits with 0 if all is well, 1 for a warning, 2 if something fails."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        default, add = Limits(), parser.add_argument
        days = default.overdue_warning and default.overdue_warning.days
        add("--json", action="store_true", dest="as_json", help="for machines")
        add("--database", choices=tuple(connections), help="default: the router's")
        add("--rows-warning", type=positive, default=default.rows_warning, help="expired rows")
        add("--rows-critical", type=positive, help="expired rows; by default none are critical")
        add("--days-warning", type=positive, default=days, help="since they could be purged")
        add("--days-critical", type=positive, help="likewise; by default none are critical")

    def handle(self, *, as_json: bool, database: str | None, **options: Any) -> None:
        found = status(using=database, limits=_limits(**options))
        if as_json:
            self.stdout.write(json.dumps(_plain(found), cls=DjangoJSONEncoder, indent=2))
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


def _plain(found: Status) -> dict[str, Any]:
    overdue = {"overdue": found.tables.overdue.total_seconds()} if found.tables else {}
    plain = dataclasses.asdict(found)
    plain["level"] = found.level.name
    plain["problems"] = [{"level": p.level.name, "text": p.text} for p in found.problems]
    plain["tables"] = plain["tables"] and {**plain["tables"], **overdue}
    return plain


def _lines(found: Status) -> Iterator[str]:
    for problem in found.problems:
        yield f"{problem.level.name}: {problem.text}"
    yield f"store: {found.store}"
    yield f"a revocation is seen within: {found.staleness_bound} seconds of its commit"
    if found.tables:
        yield from _table_lines(found.tables)
    yield f"PURGE_ON_REVOKE: {found.purge_on_revoke}"
    for name, fact in {**found.health, **found.process}.items():
        yield f"{name.replace('_', ' ')}: {fact}"


def _table_lines(tables: Tables) -> Iterator[str]:
    yield f"revoked tokens: {tables.revoked_tokens}"
    yield f"cutoffs: {tables.cutoffs}"
    yield f"rows that never expire: {tables.unending}"
    since = f", the oldest for {rounded(tables.overdue)}" if tables.expired.rows else ""
    yield f"expired rows waiting: {tables.expired}{since}"
    purged_at = tables.purged_at
    yield f"last purge: {f'{rounded(now() - purged_at)} ago' if purged_at else 'never'}"
