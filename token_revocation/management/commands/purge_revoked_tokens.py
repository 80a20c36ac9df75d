"""Delete revocations that no token needs any more."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, router

from token_revocation.management.answering import answer, ending_if_unavailable
from token_revocation.management.progress import progress_on
from token_revocation.models import RevokedToken
from token_revocation.services import purge

LIMITS = ("batch_size", "batch_seconds", "sleep", "max_batches")


class Command(BaseCommand):
    """Thin: argv in, :func:`token_revocation.services.purge`, lines out."""

    help = (
        "Deletes revocations of tokens that can no longer be accepted: expired for longer than "
        "the leeway of their validator and PURGE_GRACE. Safe to interrupt and to run twice. Exits "
        "with 0 when it is done, with 2 for wrong usage, and with 3 when the database failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size", type=positive, default=5000, help="rows a statement at most"
        )
        parser.add_argument("--batch-seconds", type=seconds, help="a statement")
        parser.add_argument("--sleep", type=seconds, default=0.0, help="seconds between batches")
        parser.add_argument("--max-batches", type=positive, help="stop after so many batches")
        parser.add_argument("--dry-run", action="store_true", help="count and delete nothing")
        parser.add_argument("--json", action="store_true", help="answer with one object of JSON")
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(
        self, *, dry_run: bool, json: bool, database: str | None, verbosity: int, **options: Any
    ) -> None:
        using = database or router.db_for_write(RevokedToken) or DEFAULT_DB_ALIAS
        limits = {name: options[name] for name in LIMITS}
        shown = progress_on(self.stderr, "rows") if verbosity else nullcontext(lambda total: None)
        failed = f"The database {using!r} failed. What was deleted stays deleted, so run it again."
        with ending_if_unavailable(failed, quoting=True), shown as show:
            total = purge(using=using, dry_run=dry_run, progress=show, **limits)
        verb = "Would delete" if dry_run else "Deleted"
        facts = {"deleted": total, "dry_run": dry_run}
        answer(self, facts, f"{verb} {total} expired revocations.", as_json=json)


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
