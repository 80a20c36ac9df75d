"""Take over what packages refuse by records of their own, such as simplejwt's blacklist."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.management.commands.purge_revoked_tokens import positive
from token_revocation.management.progress import progress_on
from token_revocation.services import import_refused


class Command(BaseCommand):
    """Thin: argv in, :func:`token_revocation.services.import_refused`, lines out."""

    help = (
        "Revokes the tokens that the packages of the kinds in ADAPTERS refuse by records of their "
        "own. Safe to interrupt and to run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch-size", type=positive, default=1000, help="tokens at a time")
        parser.add_argument("--dry-run", action="store_true", help="count and revoke nothing")
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(self, *, batch_size: int, dry_run: bool, database: str | None, **_: Any) -> None:
        with progress_on(self.stderr, "tokens") as show:
            try:
                total = import_refused(
                    batch_size=batch_size,
                    dry_run=dry_run,
                    progress=lambda so_far: show(so_far.found),
                    using=database,
                )
            except RevocationUnavailable as error:
                text = "The database failed, and not all was imported. Run the command again."
                raise CommandError(text) from error
        verb = "Would revoke" if dry_run else "Revoked"
        line = f"{verb} {total.imported} of {total.found} tokens that are refused elsewhere."
        self.stdout.write(self.style.SUCCESS(line))
