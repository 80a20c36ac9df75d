"""Revocation of leaked tokens, given as raw strings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Unpack

from django.views.decorators.debug import sensitive_variables

from token_revocation.models import Reason
from token_revocation.services._batches import batched
from token_revocation.services._details import RevocationDetails, detail_columns
from token_revocation.services._logout import log_out_many
from token_revocation.services._lookup import resolve_many


@dataclass(frozen=True, kw_only=True)
class LeakReport:
    """The result of revoking a list of leaked tokens: counts, and no token."""

    received: int = 0
    """The number of strings."""
    matched: int = 0
    """The number of tokens of a configured kind among them, including expired and revoked ones."""
    revoked: int = 0
    """The number of sessions, and of tokens without a session, that this call revoked."""

    def __add__(self, other: LeakReport) -> LeakReport:
        return LeakReport(
            received=self.received + other.received,
            matched=self.matched + other.matched,
            revoked=self.revoked + other.revoked,
        )


@sensitive_variables()
def revoke_leaked(
    raws: Iterable[str],
    *,
    batch_size: int = 500,
    dry_run: bool = False,
    progress: Callable[[LeakReport], object] = lambda report: None,
    using: str | None = None,
    **details: Unpack[RevocationDetails],
) -> LeakReport:
    """Revoke the tokens among ``raws`` with their sessions, and return the counts.

    Args:
        raws: The strings, each possibly a raw token. None is stored or logged.
        batch_size: The number of strings in a transaction, unless the caller has opened one.
        dry_run: Count the tokens, and revoke none.
        progress: Called after each batch with the report so far.
        **details: See :class:`RevocationDetails`. The default reason is ``leaked``.

    Raises:
        RevocationUnavailable: The database failed. Call again with the same list.
        ValueError: ``details`` cannot be stored.
    """
    details = {"reason": Reason.LEAKED, **details}
    detail_columns(details)  # Raises ValueError before anything is written.
    total = LeakReport()
    for batch in batched(raws, batch_size):
        total += _revoke_batch(batch, dry_run=dry_run, using=using, details=details)
        progress(total)
    return total


@sensitive_variables()
def _revoke_batch(
    raws: list[str], *, dry_run: bool, using: str | None, details: RevocationDetails
) -> LeakReport:
    tokens = resolve_many(raws)
    revoked = 0 if dry_run else log_out_many(tokens, using=using, **details)
    return LeakReport(received=len(raws), matched=len(tokens), revoked=revoked)
