"""How a command ends: with a line or an object of JSON, and with a code that scripts can go by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from token_revocation.exceptions import RevocationUnavailable

UNAVAILABLE = 3
"""The exit code when the database failed: run the command again. 1 and 2 are Django's."""


@contextmanager
def ending_if_unavailable(text: str, *, quoting: bool = False) -> Iterator[None]:
    """A database that fails in this block ends the command, with this line and a code of its own.

    ``quoting`` adds what the database said, where it was told nothing that must be kept secret.
    """
    try:
        yield
    except RevocationUnavailable as error:
        said = f" {error.__cause__}" if quoting else ""
        raise CommandError(f"{text}{said}", returncode=UNAVAILABLE) from error


def answer(command: BaseCommand, facts: Mapping[str, Any], line: str, *, as_json: bool) -> None:
    """Say what was done: ``facts`` to a machine, ``line`` to a person."""
    command.stdout.write(json.dumps(facts) if as_json else command.style.SUCCESS(line))
