"""The truth: one query for the token and every cutoff of its subjects."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from django.db import Error, connections, router
from django.db.models import Value

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.base import RevocationStore
from token_revocation.stores.health import Health, critical, seconds_since
from token_revocation.stores.statement import Statement
from token_revocation.tokens import AFTER_ALL_CUTOFFS, BEFORE_ALL_CUTOFFS, TokenRef

logger = logging.getLogger("token_revocation")

NOBODY = TokenRef(kind="", identifier="")
"""A token that nobody has, to ask about."""


class DatabaseStore(RevocationStore):
    """Asks the database on every check; a revocation is seen as soon as it is committed.

    ``using`` names a database; by default it is the one that revocations are written to, never
    a replica that lags behind it.
    """

    def __init__(self, *, using: str | None = None) -> None:
        self._using = using
        self._statements: dict[tuple[str, int], Statement] = {}

    @property
    def database(self) -> str:
        """The alias of the database that is asked."""
        return self._using or router.db_for_write(RevokedToken)

    def is_revoked(self, token: TokenRef) -> bool:
        using = self.database
        values = [*token.keys, token.issued_at or BEFORE_ALL_CUTOFFS]
        try:
            return self._statement(using, len(values)).first(values, connections[using]) is not None
        except Error as error:
            logger.exception("The database could not say whether a token is revoked.")
            raise RevocationUnavailable from error

    def answers_from(self, using: str) -> bool:
        # A subclass that answers from elsewhere too would not be asked.
        return type(self).is_revoked is DatabaseStore.is_revoked and using == self.database

    def health(self) -> Health:
        began = perf_counter()
        try:
            DatabaseStore.is_revoked(self, NOBODY)
        except RevocationUnavailable:
            return Health(problems=[critical("The database cannot say what is revoked.")])
        return Health(facts={"answered_in": seconds_since(began)})

    def _statement(self, using: str, values: int) -> Statement:
        if (using, values) not in self._statements:
            self._statements[using, values] = _compile(using, values - 2)
        return self._statements[using, values]


def _compile(using: str, subjects: int) -> Statement:
    """The query for tokens with that many subjects."""
    key, *others = [uuid.UUID(int=number) for number in range(1, subjects + 2)]
    query = _query(key, others, AFTER_ALL_CUTOFFS).query
    key_field, moment_field = (TokenCutoff._meta.get_field(n) for n in ("key", "not_before"))
    keys = [(key_field, mark) for mark in (key, *others)]
    marks = [*keys, (moment_field, AFTER_ALL_CUTOFFS)]
    return Statement.compile(query.get_compiler(using=using), marks)


def _query(key: uuid.UUID, subjects: Sequence[uuid.UUID], issued_at: Any) -> Any:
    """The one query. Its rule is that of :meth:`TokenRef.ended_by`, said in SQL."""
    revoked = RevokedToken.objects.filter(key=key)
    cut_off = TokenCutoff.objects.filter(key__in=subjects, not_before__gte=issued_at)
    spared = cut_off.exclude(kept__in=[key, *subjects])
    return _one(revoked).union(_one(spared), all=True)[:1]


def _one(rows: Any) -> Any:
    return rows.order_by().values_list(Value(1))
