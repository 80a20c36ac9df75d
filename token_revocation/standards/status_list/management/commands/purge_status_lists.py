"""Delete the lists that no token points to any more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from token_revocation.standards.status_list.retiring import retire


class Command(BaseCommand):
    """Thin: argv in, :func:`~token_revocation.standards.status_list.retiring.retire`, a line out."""

    help = "Deletes status lists whose tokens have all expired. Safe to interrupt and to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", choices=tuple(connections), help="default: the router's")

    def handle(self, *, database: str | None, **options: Any) -> None:
        self.stdout.write(self.style.SUCCESS(f"Deleted {retire(using=database)} status lists."))
