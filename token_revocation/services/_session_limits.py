"""Limit on the number of concurrent sessions of a user."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from token_revocation.adapters import get_adapters
from token_revocation.services._details import RevocationDetails
from token_revocation.services._logout import log_out_many
from token_revocation.services._lookup import active_tokens
from token_revocation.services._transactions import atomic_write, retry_on_deadlock


@retry_on_deadlock
def revoke_oldest(
    user: Any,
    *,
    keep: int,
    kinds: Collection[str] | None = None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> int:
    """Revoke all active tokens of ``user`` and their sessions, except the newest.

    Args:
        user: The user, or any object with the same ``pk``.
        keep: How many of :func:`active_tokens` to keep, over all kinds together.
        kinds: The kinds to count; by default all configured kinds.
        **details: See :class:`RevocationDetails`.

    Returns:
        The number of revoked sessions and of revoked tokens without a session.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``keep`` is negative, or no adapter in ``ADAPTERS`` has one of the kinds.
    """
    if keep < 0:
        raise ValueError("keep must not be negative.")
    counted = _counted_kinds(kinds)
    with atomic_write(using) as alias:
        newest_first = [t for t in active_tokens(user, using=alias) if t.kind in counted]
        return log_out_many(newest_first[keep:], using=alias, **details)


def _counted_kinds(kinds: Collection[str] | None) -> set[str]:
    counted = set(get_adapters() if kinds is None else kinds)
    if unknown := counted.difference(get_adapters()):
        raise ValueError(f"No adapter in ADAPTERS has the kind: {', '.join(sorted(unknown))}.")
    return counted
