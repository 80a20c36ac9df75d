"""One query for a stored token, its user, and whether there is a reason to refuse it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import Exists, Manager, OuterRef, Q, QuerySet

from token_revocation.columns import user_pk
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.instances import Instances
from token_revocation.stores.statement import Mark, Statement
from token_revocation.tokens import EVERYONE

DOUBT = "token_revocation_doubt"
MARK = "\x01"
KEY_MARK = uuid.UUID(int=1)

ASKED = ("get_queryset", "all", "filter", "get", "select_related")
"""What packages ask a manager for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class JoinedQuery:
    """Finds a token by a unique column, together with what is joined to it."""

    statement: Statement
    tokens: Instances
    doubt: int | None

    @classmethod
    def compile(
        cls,
        rows: Any,
        column: str,
        using: str,
        *,
        mark: Any = MARK,
        reasons: Callable[[uuid.UUID], Q] | None = None,
    ) -> JoinedQuery:
        """For tokens of the queryset ``rows``; ``mark`` is a value that no ``column`` has.

        With ``reasons`` it asks the database too whether there is one to refuse the token of a
        key: see :func:`reasons_since`.
        """
        rows = rows.filter(**{column: mark}).order_by()
        if reasons:
            rows = rows.annotate(**{DOUBT: reasons(KEY_MARK)})
        compiler = rows.query.get_compiler(using=using)
        marks: list[Mark] = [(rows.model._meta.get_field(column), mark)]
        if reasons:
            marks.append((RevokedToken._meta.get_field("key"), KEY_MARK))
        return cls(
            statement=Statement.compile(compiler, marks),
            tokens=Instances.of(compiler.klass_info, compiler.select),
            doubt=compiler.annotation_col_map.get(DOUBT),
        )

    @property
    def asks(self) -> bool:
        """Whether it asks for a reason to refuse the token too."""
        return self.doubt is not None

    def find(self, value: Any, using: str) -> Any:
        """The token whose column has the ``value``, or ``None``."""
        row = self.read([value], using)
        return None if row is None else self.made(row, using)

    def read(self, values: Sequence[Any], using: str) -> Sequence[Any] | None:
        """What is selected of the token whose column has the first value; ``None`` if none has.

        Where :attr:`asks`, the other value is the :attr:`TokenRef.key` of that token.
        """
        connection = connections[using]
        found = self.statement.first(values, connection)
        return None if found is None else self.statement.converted(found, connection)

    def made(self, row: Sequence[Any], using: str) -> Any:
        """The token that ``row`` describes, with what is joined to it."""
        return self.tokens.make(row, using)

    def doubts(self, row: Sequence[Any], token: Any) -> bool:
        """Whether a store must be asked about ``token``, made of ``row``."""
        return self.doubt is None or bool(row[self.doubt]) or not _is_spelt(token.user.pk)


def reasons_since(issued_at: str | None, key: uuid.UUID) -> Q:
    """Whether a row refuses the token ``key``, of whom the outer query knows the rest.

    That is the key of its user, as ``user``, and when it was issued: ``issued_at`` names a column
    that is never null, and without it every cutoff is a reason.
    """
    since = {"not_before__gte": OuterRef(issued_at)} if issued_at else {}
    cutoffs = TokenCutoff.objects.filter(**since).exclude(kept=key)
    return (
        Q(Exists(RevokedToken.objects.filter(key=key)))
        | Q(Exists(cutoffs.filter(user=OuterRef("user_id"))))
        | Q(Exists(cutoffs.filter(key=EVERYONE.key)))
    )


def is_stock(manager: Any) -> bool:
    """Whether ``manager`` finds what Django's own would, so that SQL can be built once for it.

    One of the project's decides which rows there are, and may decide otherwise each time.
    """
    kind: Any = type(manager)
    return _is_stock(kind)


@lru_cache(maxsize=64)
def _is_stock(kind: Any) -> bool:
    if not issubclass(kind, Manager) or kind._queryset_class is not QuerySet:
        return False
    return all(getattr(kind, name) is getattr(Manager, name) for name in ASKED)


@lru_cache(maxsize=10_000, typed=True)
def _is_spelt(pk: Any) -> bool:
    """Whether a cutoff of the user ``pk``, of whom it knows the spelling, has it as its user."""
    return bool(user_pk(str(pk)) == pk)
