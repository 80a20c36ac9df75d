"""Context variables that have a value during a block."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Generic, TypeVar

T = TypeVar("T")


class VariableBlock(AbstractContextManager[None], Generic[T]):
    """A block in which a variable has another value."""

    # Several of these are entered per request, and a generator takes twice as long.
    __slots__ = ("_reset_token", "_value", "_variable")

    def __init__(self, variable: ContextVar[T], value: T) -> None:
        self._variable, self._value = variable, value

    def __enter__(self) -> None:
        self._reset_token = self._variable.set(self._value)

    def __exit__(self, *exception: object) -> None:
        self._variable.reset(self._reset_token)


def set_in_block(variable: ContextVar[T], value: T) -> AbstractContextManager[None]:
    """Set ``variable`` in this block, and restore its value at the end."""
    return VariableBlock(variable, value)
