"""Delete revocations that no token needs any more."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, router

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.services import purge


class Command(BaseCommand):
    """Thin: argv in, :func:`token_revocation.services.purge`, lines out."""

    help = (
        "Deletes revocations of tokens that can no longer be accepted: expired for longer than "
        "the leeway of their validator and PURGE_GRACE. Safe to interrupt and to run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size", type=positive, default=5000, help="rows a statement at most"
        )
        parser.add_argument("--batch-seconds", type=seconds, default=0.05, help="a statement")
        parser.add_argument("--sleep", type=seconds, default=0.0, help="seconds between batches")
        parser.add_argument("--max-batches", type=positive, help="stop after so many batches")
        parser.add_argument("--dry-run", action="store_true", help="count and delete nothing")
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(self, *, dry_run: bool, database: str | None, **options: Any) -> None:
        using = database or router.db_for_write(RevokedToken) or DEFAULT_DB_ALIAS
        names = ("batch_size", "batch_seconds", "sleep", "max_batches")
        limits = {name: options[name] for name in names}
        try:
            total = purge(using=using, dry_run=dry_run, progress=self.report, **limits)
        except RevocationUnavailable as error:
            raise CommandError(f"The database {using!r} failed: {error.__cause__}") from error
        verb = "Would delete" if dry_run else "Deleted"
        self.stdout.write(self.style.SUCCESS(f"{verb} {total} expired revocations."))

    def report(self, purged: int) -> None:
        """One line a batch, for whoever watches; none with ``--verbosity 0``."""
        self.stdout.write(f"{purged} deleted so far")


def positive(text: str) -> int:
    """A whole number above zero."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(f"{number} is not above zero")
    return number


def seconds(text: str) -> float:
    """A number of seconds, zero or more."""
    number = float(text)
    if not 0 <= number < 86_400:
        raise ArgumentTypeError(f"{text} is not a number of seconds below a day")
    return number
