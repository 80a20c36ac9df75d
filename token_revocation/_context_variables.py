"""Context variables that have a value during a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def set_in_block(variable: ContextVar[T], value: T) -> Iterator[None]:
    """Set ``variable`` in this block, and restore its value at the end."""
    reset_token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(reset_token)
