"""Try token_revocation, or let it be tried."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from example_project.address import HOST, ORIGIN, PORT
from example_project.demo import people
from example_project.demo.beside import gateway
from example_project.demo.guide import guide
from example_project.demo.opening import open_page
from example_project.demo.server import ServerError, is_free
from example_project.demo.walk import Surprise, Walk


class Command(BaseCommand):
    """Serve the example project, or walk through it."""

    help = "Serves a page and an API whose tokens can be revoked, and prints what to try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument(
            "--check", action="store_true", help="go the whole way over HTTP and report each step"
        )

    def handle(self, *, check: bool, port: int, **options: Any) -> None:
        if check:
            self.walk()
        else:
            self.serve(port)

    def walk(self) -> None:
        """Ends with an error at the first surprise."""
        try:
            steps = Walk(self.stdout.write).go()
        except (Surprise, ServerError) as error:
            raise CommandError(f"FAILED  {error}") from error
        self.stdout.write(self.style.SUCCESS(f"{steps} steps, all as promised."))

    def serve(self, port: int) -> None:
        """Until interrupted."""
        if not is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another with --port.")
        if port != PORT:
            start_anew(port)
        password = os.environ.get("EXAMPLE_PASSWORD") or secrets.token_urlsafe(9)
        call_command("migrate", verbosity=0)
        people.settle(password)
        with gateway(password) as beside:
            self.stdout.write(guide(ORIGIN, password, beside))
            if sys.stdout.isatty():
                open_page(f"{ORIGIN}/#password={password}", port)
            call_command("runserver", f"{HOST}:{port}", use_reloader=False, skip_checks=False)


def start_anew(port: int) -> None:
    """The same command, with settings that know the port: tokens say who issued them."""
    os.environ["EXAMPLE_PORT"] = str(port)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
