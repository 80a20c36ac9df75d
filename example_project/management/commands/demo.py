"""Serve the demonstration, or check it."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from example_project.address import HOST, ORIGIN, PORT
from example_project.demo import accounts
from example_project.demo.check import run_scenarios
from example_project.demo.gateway_process import gateway
from example_project.demo.launch import open_page
from example_project.demo.scenarios import Report, UnexpectedResult
from example_project.demo.server import ServerError, is_free
from example_project.demo.tour import tour


class Command(BaseCommand):
    """Serve the example project, or run its scenarios."""

    help = "Serve a page and an API with revocable tokens, and print commands to try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument(
            "--check", action="store_true", help="run every scenario over HTTP and report each step"
        )

    def handle(self, *, check: bool, port: int, **options: Any) -> None:
        if check:
            self.check_scenarios()
        else:
            self.serve(port)

    def check_scenarios(self) -> None:
        """Run every scenario; exit with an error at the first unexpected result."""
        try:
            steps = run_scenarios(Report(self.stdout.write))
        except (UnexpectedResult, ServerError) as error:
            raise CommandError(f"FAILED  {error}") from error
        self.stdout.write(self.style.SUCCESS(f"{steps} steps, all as expected."))

    def serve(self, port: int) -> None:
        """Serve until interrupted."""
        if not is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another with --port.")
        if port != PORT:
            restart(port)
        password = os.environ.get("EXAMPLE_PASSWORD") or secrets.token_urlsafe(9)
        call_command("migrate", verbosity=0)
        accounts.create_accounts(password)
        with gateway(password) as gateway_origin:
            self.stdout.write(tour(ORIGIN, password, gateway_origin))
            if sys.stdout.isatty():
                open_page(f"{ORIGIN}/#password={password}", port)
            call_command("runserver", f"{HOST}:{port}", use_reloader=False, skip_checks=False)


def restart(port: int) -> None:
    """Run the command again with the port in the environment.

    The settings derive the issuer from it.
    """
    os.environ["EXAMPLE_PORT"] = str(port)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this command
