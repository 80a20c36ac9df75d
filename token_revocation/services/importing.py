"""Take over what packages refuse by records of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from token_revocation.adapters import get_adapters
from token_revocation.models import Reason, RevokedToken
from token_revocation.services.recording import is_accepted
from token_revocation.services.revoking import revoke_many
from token_revocation.services.transactions import reading
from token_revocation.tokens import TokenRef


@dataclass(frozen=True, kw_only=True)
class Import:
    """How many tokens the packages refuse, and how many of them were news to us."""

    found: int = 0
    imported: int = 0


def import_refused(
    *,
    batch_size: int = 1000,
    dry_run: bool = False,
    progress: Callable[[Import], object] = lambda so_far: None,
    using: str | None = None,
) -> Import:
    """Revoke what the package of a kind in use refuses (:meth:`TokenAdapter.refused_tokens`).

    Each batch is a transaction of its own, unless the caller has one. A second call finds
    everything done; tokens that have expired leave no row. With ``dry_run`` they are counted.
    The moment recorded is that of the import, the reason ``package``.
    """
    total = Import()
    with reading(using) as alias:
        for batch in _batches(batch_size):
            done = _news(batch, alias) if dry_run else _revoke(batch, alias)
            total = Import(found=total.found + len(batch), imported=total.imported + done)
            progress(total)
    return total


def _batches(size: int) -> Iterator[list[TokenRef]]:
    kinds: Iterable[Iterable[TokenRef]] = (
        adapter.refused_tokens(batch_size=size) for adapter in get_adapters().values()
    )
    waiting = iter(chain.from_iterable(kinds))
    while batch := list(islice(waiting, size)):
        yield batch


def _revoke(tokens: list[TokenRef], using: str) -> int:
    return revoke_many(tokens, using=using, reason=Reason.PACKAGE)


def _news(tokens: list[TokenRef], using: str) -> int:
    """How many :func:`_revoke` would revoke."""
    wanted = {token.key for token in tokens if is_accepted(token)}
    return len(wanted) - RevokedToken.objects.using(using).filter(key__in=wanted).count()
