"""Spare the token of whoever changes their own password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from token_revocation.tokens import TokenRef

_kept: ContextVar[TokenRef | None] = ContextVar("token_revocation_kept", default=None)


@contextmanager
def keeping(token: TokenRef | None) -> Iterator[None]:
    """Let a change of password in this block spare ``token`` and its session, as ``keep`` does.

    For the request that changes the password; ``None`` spares nothing. Neither a deactivation
    nor a deletion spares anything.
    """
    before = _kept.set(token)
    try:
        yield
    finally:
        _kept.reset(before)


def kept_token() -> TokenRef | None:
    """The token of the innermost :func:`keeping`."""
    return _kept.get()
