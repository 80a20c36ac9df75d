"""Tokens whose rows are deleted: by us, as they were revoked, or by other code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Unpack

from token_revocation.services.causes import Cause, cause_columns
from token_revocation.services.recording import is_accepted, record
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.tokens import TokenRef

_ours: ContextVar[bool] = ContextVar("token_revocation_deleting", default=False)


@contextmanager
def deleting() -> Iterator[None]:
    """What is deleted in this block is no news."""
    before = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(before)


def is_deleting() -> bool:
    """Whether the caller is in a block of :func:`deleting`."""
    return _ours.get()


@again_if_undone
def record_deletion(token: TokenRef, *, using: str | None = None, **cause: Unpack[Cause]) -> bool:
    """Remember that ``token``, which other code deletes, was revoked by that.

    ``True`` if that is news: not for a token that has expired, and not for one that is deleted
    because it was revoked.
    """
    if is_deleting() or not is_accepted(token):
        return False
    with writing(using) as alias:
        return token.key in record([token], alias, cause_columns(cause))
