"""Import of tokens that their packages have revoked in their own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from token_revocation.adapters import get_adapters
from token_revocation.models import Reason, RevokedToken
from token_revocation.services._batches import batched
from token_revocation.services._persistence import can_be_accepted
from token_revocation.services._revocation import record_revocations
from token_revocation.services._transactions import database_errors
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """The result of an import."""

    found: int = 0
    """The number of tokens that the packages have revoked."""
    imported: int = 0
    """The number of tokens among them that were not recorded before."""


def import_revocations(
    *,
    batch_size: int = 1000,
    dry_run: bool = False,
    progress: Callable[[ImportReport], object] = lambda report: None,
    using: str | None = None,
) -> ImportReport:
    """Record the tokens that the configured packages have revoked themselves.

    The tokens are those of :meth:`TokenAdapter.revoked_tokens`. Their reason is ``package``, their
    time of revocation that of the import. Expired tokens are not recorded, and none twice.

    Args:
        batch_size: The number of tokens in a transaction, unless the caller has opened one.
        dry_run: Count the tokens, and record none.
        progress: Called after each batch with the report so far.

    Returns:
        The number of tokens that were found, and that were recorded.

    Raises:
        RevocationUnavailable: The database failed. Batches before the failure are recorded.
    """
    total = ImportReport()
    with database_errors(using) as alias:
        for batch in batched(_revoked_tokens(batch_size), batch_size):
            imported = _count_new(batch, alias) if dry_run else _record(batch, alias)
            total = ImportReport(found=total.found + len(batch), imported=total.imported + imported)
            progress(total)
    return total


def _revoked_tokens(batch_size: int) -> Iterable[TokenRef]:
    kinds: Iterable[Iterable[TokenRef]] = (
        adapter.revoked_tokens(batch_size=batch_size) for adapter in get_adapters().values()
    )
    return chain.from_iterable(kinds)


def _record(tokens: list[TokenRef], using: str) -> int:
    return record_revocations(tokens, using=using, reason=Reason.PACKAGE)


def _count_new(tokens: list[TokenRef], using: str) -> int:
    """Return the number of tokens that :func:`_record` would record."""
    wanted = {token.key for token in tokens if can_be_accepted(token)}
    return len(wanted) - RevokedToken.objects.using(using).filter(key__in=wanted).count()
