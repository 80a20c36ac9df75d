"""Observers of the uses of tokens, and the request that is being served."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

from token_revocation._context_variables import set_in_block
from token_revocation.tokens import TokenRef

UseObserver = Callable[[TokenRef, Any], object]
"""Called with each accepted token and Django's request. Every request waits for it."""

# Not a signal: sending one takes longer than the observer of the sessions.
_observers: list[UseObserver] = []

_current_request: ContextVar[Any] = ContextVar("token_revocation_current_request", default=None)


def add_use_observer(observer: UseObserver) -> None:
    """Call ``observer`` for each use of a token, once however often it is added."""
    if observer not in _observers:
        _observers.append(observer)


def observe_use(token: TokenRef, request: Any) -> None:
    """Report that ``token`` was accepted.

    Args:
        token: The accepted token.
        request: The request of Django, or ``None``.
    """
    for observer in _observers:
        observer(token, request)


def serve(request: Any) -> AbstractContextManager[None]:
    """Let the code in this block find ``request``, as receivers of a login do."""
    return set_in_block(_current_request, request)


def get_current_request() -> Any:
    """Return the request of Django in the current :func:`serve` block, or ``None``."""
    return _current_request.get()
