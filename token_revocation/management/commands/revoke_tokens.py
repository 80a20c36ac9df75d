"""End tokens: of a user, of a session, of a client, of everyone, or those in a list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from token_revocation import services
from token_revocation.management import naming
from token_revocation.management.answering import answer, ending_if_unavailable
from token_revocation.management.progress import progress_on
from token_revocation.models import Reason
from token_revocation.tokens import EVERYONE

FAILED = "The database failed, and not everything was ended. Run the command again."

SUBJECTS: dict[str, Callable[..., naming.Named]] = {
    "user": naming.user_named,
    "session": naming.session_named,
    "client": naming.client_named,
    "everyone": naming.everyone,
}

Facts = dict[str, Any]


class Command(BaseCommand):
    """Thin: argv in, one service call, a line or an object of JSON out."""

    help = (
        "Ends tokens, whatever their kind. Exits with 0 when that is committed, with 1 when it was "
        "refused, with 2 for wrong usage, and with 3 when the database failed: run it again then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        of = parser.add_mutually_exclusive_group(required=True)
        of.add_argument("--user", metavar="NAME", type=naming.name, help="or primary key")
        of.add_argument("--session", metavar="ID", type=naming.name, help="the claim sid")
        of.add_argument("--client", metavar="ID", type=naming.name, help="an OAuth 2.0 client id")
        of.add_argument("--everyone", action="store_true", help="every token there is")
        of.add_argument("--from-file", metavar="FILE", help="tokens, one a line; - is the input")
        parser.add_argument("--reason", type=naming.reason, help="default: admin, or leaked")
        parser.add_argument("--dry-run", action="store_true", help="look, and end nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask before --everyone")
        parser.add_argument("--json", action="store_true", help="answer with one object of JSON")
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(self, *, json: bool, **options: Any) -> None:
        end: Callable[..., Facts] = self.end_listed if options["from_file"] else self.end_all
        with ending_if_unavailable(FAILED):
            facts = {**end(**options), "dry_run": options["dry_run"]}
        answer(self, facts, sentence(facts), as_json=json)

    def end_all(
        self, *, dry_run: bool, yes: bool, database: str | None, reason: str | None, **of: Any
    ) -> Facts:
        """Cut a subject off."""
        chosen = next(word for word in SUBJECTS if of[word])
        named = SUBJECTS[chosen](of[chosen], using=database)
        if not dry_run:
            if named.subject == EVERYONE and not yes:
                self.ask()
            named.cut_off(using=database, reason=reason or Reason.ADMIN)
        return {"subject_type": named.subject.type, "subject_id": named.subject.id, **named.known}

    def end_listed(
        self, *, from_file: str, dry_run: bool, database: str | None, reason: str | None, **_: Any
    ) -> Facts:
        """End the tokens in a file, each with its session."""
        with lines_of(from_file) as raws, progress_on(self.stderr, "tokens") as show:
            leak = services.revoke_leaked(
                map(str.strip, raws),
                dry_run=dry_run,
                progress=lambda so_far: show(so_far.given),
                using=database,
                reason=reason or Reason.LEAKED,
            )
        return asdict(leak)

    def ask(self) -> None:
        """Go on only if somebody says yes."""
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to be asked. --yes logs everyone out.")
        if input("Log everyone out, on every device? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was ended.")


@contextmanager
def lines_of(path: str) -> Iterator[TextIO]:
    """The lines of a file, whatever bytes there are; of standard input for ``-``."""
    if path == "-":
        yield sys.stdin
        return
    try:
        file = open(path, encoding="utf-8", errors="replace")  # noqa: SIM115
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    with file:
        yield file


def sentence(facts: Facts) -> str:
    """What was done, or would have been."""
    verb = "Would end" if facts["dry_run"] else "Ended"
    if "given" in facts:
        count = facts["found"] if facts["dry_run"] else facts["ended"]
        return f"{verb} {count}; {facts['found']} of {facts['given']} lines are tokens."
    whose = " ".join(filter(None, (facts["subject_type"], facts["subject_id"])))
    name = f" ({facts['user_name']})" if "user_name" in facts else ""
    return f"{verb} every token of {whose}{name} that was issued before now."
