"""Take over what packages refuse by records of their own, such as simplejwt's blacklist."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from token_revocation.management.answering import answer, ending_if_unavailable
from token_revocation.management.commands.purge_revoked_tokens import positive
from token_revocation.management.progress import progress_on
from token_revocation.services import import_refused

FAILED = "The database failed, and not all was imported. Run the command again."


class Command(BaseCommand):
    """Thin: argv in, :func:`token_revocation.services.import_refused`, lines out."""

    help = (
        "Revokes the tokens that the packages of the kinds in ADAPTERS refuse by records of their "
        "own. Safe to interrupt and to run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch-size", type=positive, default=1000, help="tokens at a time")
        parser.add_argument("--dry-run", action="store_true", help="count and revoke nothing")
        parser.add_argument("--json", action="store_true", help="answer with one object of JSON")
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(
        self, *, batch_size: int, dry_run: bool, json: bool, database: str | None, **_: Any
    ) -> None:
        with ending_if_unavailable(FAILED), progress_on(self.stderr, "tokens") as show:
            total = import_refused(
                batch_size=batch_size,
                dry_run=dry_run,
                progress=lambda so_far: show(so_far.found),
                using=database,
            )
        verb = "Would revoke" if dry_run else "Revoked"
        line = f"{verb} {total.imported} of {total.found} tokens that are refused elsewhere."
        answer(self, {**asdict(total), "dry_run": dry_run}, line, as_json=json)
