"""At most so many logins of a user at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Unpack

from token_revocation.adapters import get_adapters
from token_revocation.services.asking import active_tokens
from token_revocation.services.causes import Cause
from token_revocation.services.logging_out import log_out_many
from token_revocation.services.transactions import again_if_undone, writing


@again_if_undone
def revoke_oldest(
    user: Any,
    *,
    keep: int,
    kinds: Collection[str] | None = None,
    using: str | None = None,
    **cause: Unpack[Cause],
) -> int:
    """End the active tokens of ``user``, with their sessions, but for the ``keep`` newest ones.

    By the moment of issue, over all kinds in use or over ``kinds``; one without such a moment is
    the oldest. How many were ended. The tokens are those of :func:`active_tokens`, and the number
    of queries does not depend on how many there are. ``ValueError`` for a negative ``keep``, or
    a kind that is not in use.
    """
    if keep < 0:
        raise ValueError("keep must not be negative.")
    counted = set(get_adapters() if kinds is None else kinds)
    if unknown := counted.difference(get_adapters()):
        raise ValueError(f"These kinds are not in use: {', '.join(sorted(unknown))}.")
    with writing(using) as alias:
        newest_first = [t for t in active_tokens(user, using=alias) if t.kind in counted]
        return log_out_many(newest_first[keep:], using=alias, **cause)
