"""Delete expired revocations, expired stored tokens, and ended sessions."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, router

from token_revocation.management._arguments import positive_integer, seconds
from token_revocation.management._output import exit_if_unavailable, show_progress, write_result
from token_revocation.models import RevokedToken
from token_revocation.services._retention import BatchLimits, purge_rows


class Command(BaseCommand):
    """Command-line interface of :func:`token_revocation.services.purge`."""

    help = (
        "Deletes revocations, and stored tokens, that expired more than PURGE_GRACE_PERIOD and "
        "the leeway of their validator ago, and sessions that ended SESSION_RETENTION before. "
        "It can be interrupted and run again. Exit status: 0 success, 2 invalid arguments, 3 database failure."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add(
            "--batch-size",
            type=positive_integer,
            default=5000,
            help="Maximum number of rows in a batch (default: 5000).",
        )
        add(
            "--batch-seconds",
            type=seconds,
            help="Target duration of a batch in seconds (default: 0.05, on SQLite 0.02).",
        )
        add("--sleep", type=seconds, default=0.0, help="Pause between two batches in seconds.")
        add("--max-batches", type=positive_integer, help="Stop after this number of batches.")
        add("--dry-run", action="store_true", help="Count the rows, and delete none.")
        add("--json", action="store_true", help="Write the result as JSON.")
        add(
            "--database",
            choices=tuple(connections),
            help="The database of the revocations (default: chosen by the database routers).",
        )

    def handle(
        self, *, dry_run: bool, json: bool, database: str | None, verbosity: int, **options: Any
    ) -> None:
        using = database or router.db_for_write(RevokedToken) or DEFAULT_DB_ALIAS
        limits = BatchLimits(*(options[name] for name in BatchLimits._fields))
        progress = (
            show_progress(self.stderr, "rows") if verbosity else nullcontext(lambda total: None)
        )
        failed = f"The database {using!r} failed before the purge was complete. Run it again."
        with exit_if_unavailable(failed, show_cause=True), progress as show:
            purged = purge_rows(limits, dry_run=dry_run, progress=show, using=using)
        verb = "Would delete" if dry_run else "Deleted"
        result = {"deleted": purged.revocations, "dry_run": dry_run, **purged.others}
        text = f"{verb} {purged.revocations} expired revocations."
        if purged.tokens is not None:
            result["tokens"] = purged.tokens
            text += f"\n{verb} {purged.tokens} expired tokens."
        for name, rows in purged.others.items():
            text += f"\n{verb} {rows} {name}."
        write_result(self, result, text, as_json=json)
