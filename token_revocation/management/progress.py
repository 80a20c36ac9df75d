"""Show people that long work goes on, and say nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.core.management.base import OutputWrapper


@contextmanager
def progress_on(stream: OutputWrapper, unit: str) -> Iterator[Callable[[int], object]]:
    """To be called with the total so far: a bar if ``stream`` is a terminal and tqdm is installed.

    A line for each call if it is not; ``unit`` is the plural of what is counted.
    """
    bars = _bars() if stream.isatty() else None
    if bars is None:
        yield lambda total: stream.write(f"{total} {unit} so far", lambda text: text)
        return
    with bars(unit=f" {unit}", file=stream, leave=False) as bar:
        yield lambda total: bar.update(total - bar.n)


def _bars() -> Any:
    try:
        return import_module("tqdm").tqdm
    except ImportError:
        return None
