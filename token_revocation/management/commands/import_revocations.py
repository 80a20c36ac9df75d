"""Import revocations that packages record, such as simplejwt's blacklist."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from token_revocation.management._arguments import positive_integer
from token_revocation.management._output import exit_if_unavailable, show_progress, write_result
from token_revocation.services import import_revocations

FAILED = "The database failed before the import was complete. Run the command again."


class Command(BaseCommand):
    """Command-line interface of :func:`token_revocation.services.import_revocations`."""

    help = (
        "Imports the revocations that the packages of the configured token kinds record "
        "themselves. It can be interrupted and run again. Exit status: 0 success, 2 invalid "
        "arguments, 3 database failure."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size",
            type=positive_integer,
            default=1000,
            help="Tokens in a transaction (default: 1000).",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Count the tokens, and revoke none."
        )
        parser.add_argument("--json", action="store_true", help="Write the result as JSON.")
        parser.add_argument(
            "--database",
            choices=tuple(connections),
            help="The database of the revocations (default: chosen by the database routers).",
        )

    def handle(
        self, *, batch_size: int, dry_run: bool, json: bool, database: str | None, **_: Any
    ) -> None:
        with exit_if_unavailable(FAILED), show_progress(self.stderr, "tokens") as show:
            report = import_revocations(
                batch_size=batch_size,
                dry_run=dry_run,
                progress=lambda so_far: show(so_far.found),
                using=database,
            )
        verb = "Would import" if dry_run else "Imported"
        text = f"{verb} {report.imported} of {report.found} revocations."
        write_result(self, {**asdict(report), "dry_run": dry_run}, text, as_json=json)
