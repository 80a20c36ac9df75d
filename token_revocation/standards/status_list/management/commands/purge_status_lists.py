"""Delete expired status lists."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from token_revocation.standards.status_list._retention import delete_expired_lists


class Command(BaseCommand):
    """Command-line interface for the deletion of expired status lists."""

    help = (
        "Deletes status lists whose tokens have all expired. It can be interrupted and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database",
            choices=tuple(connections),
            help="The database of the revocations (default: chosen by the database routers).",
        )

    def handle(self, *, database: str | None, **options: Any) -> None:
        self.stdout.write(
            self.style.SUCCESS(f"Deleted {delete_expired_lists(using=database)} status lists.")
        )
