"""Output of commands: progress, result and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from token_revocation.exceptions import RevocationUnavailable

UNAVAILABLE = 3
"""The exit status if the database failed. Django uses 1 and 2."""


@contextmanager
def exit_if_unavailable(message: str, *, show_cause: bool = False) -> Iterator[None]:
    """Exit with ``message`` and the status :data:`UNAVAILABLE` if the database fails.

    Args:
        show_cause: Append the database's error message. It must not contain tokens.
    """
    try:
        yield
    except RevocationUnavailable as error:
        cause = f" {error.__cause__}" if show_cause else ""
        raise CommandError(f"{message}{cause}", returncode=UNAVAILABLE) from error


@contextmanager
def show_progress(stream: OutputWrapper, unit: str) -> Iterator[Callable[[int], object]]:
    """Yield a function that shows the total so far.

    It shows a progress bar if ``stream`` is a terminal and tqdm is installed, else one line for
    each call.

    Args:
        unit: The plural of the counted objects.
    """
    progress_bar = _progress_bar_class() if stream.isatty() else None
    if progress_bar is None:
        yield lambda total: stream.write(f"{total} {unit} processed", lambda text: text)
        return
    with progress_bar(unit=f" {unit}", file=stream, leave=False) as bar:
        yield lambda total: bar.update(total - bar.n)


def write_result(
    command: BaseCommand, result: Mapping[str, Any], text: str, *, as_json: bool
) -> None:
    """Write ``result`` as JSON, or ``text`` in the style of a success."""
    command.stdout.write(json.dumps(result) if as_json else command.style.SUCCESS(text))


def _progress_bar_class() -> Any:
    try:
        return import_module("tqdm").tqdm
    except ImportError:
        return None
