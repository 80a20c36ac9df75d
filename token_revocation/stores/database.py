"""The store that queries the database for every lookup."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.db import Error, connections, router
from django.db.models import Value

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import PurgeWatermark, RevokedToken, TokenCutoff
from token_revocation.stores._compiled_query import CompiledQuery
from token_revocation.stores.base import RevocationStore
from token_revocation.stores.health import Health, critical, seconds_since
from token_revocation.tokens import AFTER_ALL_CUTOFFS, BEFORE_ALL_CUTOFFS, TokenRef

logger = logging.getLogger("token_revocation")

ISSUED_AT_PLACEHOLDER = AFTER_ALL_CUTOFFS
MINTED_AT_PLACEHOLDER = AFTER_ALL_CUTOFFS - timedelta(days=1)

PROBE_TOKEN = TokenRef(kind="", identifier="", issuer="")
"""A token that does not exist, for health checks."""


class DatabaseStore(RevocationStore):
    """A store that queries the database on every lookup.

    A revocation takes effect with its commit.

    Args:
        using: The alias of the database to query. By default it is the one that revocations are
            written to, as a replica may lag behind it.
    """

    def __init__(self, *, using: str | None = None) -> None:
        self._using = using
        self._queries: dict[tuple[str, int], CompiledQuery] = {}

    @property
    def database(self) -> str:
        """The alias of the database that is queried."""
        return self._using or router.db_for_write(RevokedToken)

    def is_revoked(self, token: TokenRef) -> bool:
        using = self.database
        times = (token.issued_at or BEFORE_ALL_CUTOFFS, token.minted_at or BEFORE_ALL_CUTOFFS)
        values = [*token.keys, *token.watermark_keys, *times]
        try:
            query = self._query(using, len(token.subjects))
            return query.fetch_first(values, connections[using]) is not None
        except Error as error:
            logger.exception("The database could not be queried for a revocation.")
            raise RevocationUnavailable from error

    def reads_from(self, using: str) -> bool:
        # A subclass that overrides ``is_revoked()`` may read other sources too.
        return type(self).is_revoked is DatabaseStore.is_revoked and using == self.database

    def health(self) -> Health:
        started_at = perf_counter()
        try:
            DatabaseStore.is_revoked(self, PROBE_TOKEN)
        except RevocationUnavailable:
            return Health(problems=[critical("The database cannot be queried for revocations.")])
        return Health(facts={"answered_in": seconds_since(started_at)})

    def _query(self, using: str, subject_count: int) -> CompiledQuery:
        if (using, subject_count) not in self._queries:
            self._queries[using, subject_count] = _compile(using, subject_count)
        return self._queries[using, subject_count]


def _compile(using: str, subject_count: int) -> CompiledQuery:
    """Compile the query for tokens with ``subject_count`` subjects, besides everyone."""
    key_placeholders = [uuid.UUID(int=number) for number in range(1, 2 * subject_count + 5)]
    keys, watermark_keys = (
        key_placeholders[: subject_count + 2],
        key_placeholders[subject_count + 2 :],
    )
    rows = _rejections(keys, watermark_keys, ISSUED_AT_PLACEHOLDER, MINTED_AT_PLACEHOLDER)
    key_field, time_field = (TokenCutoff._meta.get_field(n) for n in ("key", "not_before"))
    times = [(time_field, ISSUED_AT_PLACEHOLDER), (time_field, MINTED_AT_PLACEHOLDER)]
    return CompiledQuery.compile(
        rows.query.get_compiler(using=using), [*((key_field, k) for k in key_placeholders), *times]
    )


def _rejections(
    keys: Sequence[uuid.UUID], watermark_keys: Sequence[uuid.UUID], issued_at: Any, minted_at: Any
) -> Any:
    """Return a queryset with one row if a token is rejected, and none otherwise.

    It compares the same values as :meth:`TokenRef.is_revoked_by`.
    """
    key, *subject_keys = keys
    revoked = RevokedToken.objects.filter(key=key)
    cut_off = TokenCutoff.objects.filter(key__in=subject_keys, not_before__gte=issued_at)
    not_kept = cut_off.exclude(kept__in=keys)
    purged = PurgeWatermark.objects.filter(key__in=watermark_keys, watermark__gte=minted_at)
    return _ones(revoked).union(_ones(not_kept), _ones(purged), all=True)[:1]


def _ones(rows: Any) -> Any:
    return rows.order_by().values_list(Value(1))
