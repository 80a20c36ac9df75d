"""Revoke the tokens of a user, a session, a client or everyone, or in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from token_revocation import services
from token_revocation.management import _targets
from token_revocation.management._arguments import identifier, reason
from token_revocation.management._output import exit_if_unavailable, show_progress, write_result
from token_revocation.models import Reason
from token_revocation.tokens import EVERYONE

FAILED = "The database failed before all tokens were revoked. Run the command again."

TARGETS: dict[str, Callable[..., _targets.Target]] = {
    "user": _targets.find_user,
    "session": _targets.session,
    "client": _targets.client,
    "everyone": _targets.everyone,
}

Result = dict[str, Any]


class Command(BaseCommand):
    """Command-line interface of the services that revoke tokens."""

    help = (
        "Revokes tokens of all kinds. Exit status: 0 success, 1 the target was not found or the "
        "confirmation failed, 2 invalid arguments, 3 database failure (run it again)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        target = parser.add_mutually_exclusive_group(required=True).add_argument
        target("--user", metavar="NAME", type=identifier, help="A username or a primary key.")
        target("--session", metavar="ID", type=identifier, help="A session ID (claim sid).")
        target("--client", metavar="ID", type=identifier, help="An OAuth 2.0 client ID.")
        target("--everyone", action="store_true", help="All tokens of all users.")
        target("--from-file", metavar="FILE", help="A file with one token per line; - for stdin.")
        add = parser.add_argument
        add("--reason", type=reason, help="Default: admin; with --from-file, leaked.")
        add("--dry-run", action="store_true", help="Count the tokens, and revoke none.")
        add("--yes", action="store_true", help="Do not ask for confirmation of --everyone.")
        add("--json", action="store_true", help="Write the result as JSON.")
        add(
            "--database",
            choices=tuple(connections),
            help="The database of the revocations (default: chosen by the database routers).",
        )

    def handle(self, *, json: bool, **options: Any) -> None:
        run: Callable[..., Result] = (
            self.revoke_listed if options["from_file"] else self.revoke_target
        )
        with exit_if_unavailable(FAILED):
            result = {**run(**options), "dry_run": options["dry_run"]}
        write_result(self, result, result_text(result), as_json=json)

    def revoke_target(
        self, *, dry_run: bool, yes: bool, database: str | None, reason: str | None, **values: Any
    ) -> Result:
        """Revoke all tokens of the subject given by an option."""
        option = next(option for option in TARGETS if values[option])
        target = TARGETS[option](values[option], using=database)
        if not dry_run:
            if target.subject == EVERYONE and not yes:
                self.confirm()
            target.revoke(using=database, reason=reason or Reason.ADMIN)
        subject = target.subject
        return {"subject_type": subject.type, "subject_id": subject.id, **target.details}

    def revoke_listed(
        self, *, from_file: str, dry_run: bool, database: str | None, reason: str | None, **_: Any
    ) -> Result:
        """Revoke the tokens in a file, with their sessions."""
        with open_lines(from_file) as raws, show_progress(self.stderr, "tokens") as show:
            report = services.revoke_leaked(
                map(str.strip, raws),
                dry_run=dry_run,
                progress=lambda so_far: show(so_far.received),
                using=database,
                reason=reason or Reason.LEAKED,
            )
        return asdict(report)

    def confirm(self) -> None:
        """Ask for confirmation, and exit unless the answer is "yes"."""
        if not sys.stdin.isatty():
            raise CommandError(
                "No terminal to ask for confirmation. Pass --yes to log out everyone."
            )
        question = "This logs out every user on every device. Type 'yes' to continue: "
        if input(question).strip() != "yes":
            raise CommandError("Cancelled. No tokens were revoked.")


@contextmanager
def open_lines(path: str) -> Iterator[TextIO]:
    """Open a text file and replace invalid bytes; ``-`` is standard input."""
    if path == "-":
        yield sys.stdin
        return
    try:
        file = open(path, encoding="utf-8", errors="replace")  # noqa: SIM115
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    with file:
        yield file


def result_text(result: Result) -> str:
    """Return ``result`` as a sentence."""
    verb = "Would revoke" if result["dry_run"] else "Revoked"
    if "received" in result:
        count = result["matched"] if result["dry_run"] else result["revoked"]
        matched, received = result["matched"], result["received"]
        return f"{verb} {count} tokens or sessions ({matched} of {received} lines are tokens)."
    subject = " ".join(filter(None, (result["subject_type"], result["subject_id"])))
    name = f" ({result['user_name']})" if "user_name" in result else ""
    return f"{verb} all tokens of {subject}{name} issued until now."
