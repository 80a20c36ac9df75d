"""One query for a stored token, its user and its revocation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import Exists, Manager, OuterRef, Q, QuerySet

from token_revocation._rows import user_pk
from token_revocation.models import PurgeWatermark, RevokedToken, TokenCutoff
from token_revocation.stores._compiled_query import CompiledQuery, Placeholder
from token_revocation.stores._row_factory import RowFactory
from token_revocation.tokens import EVERYONE, Subject, TokenRef

REJECTED_ALIAS = "token_revocation_rejected"
VALUE_PLACEHOLDER = "\x01"
KEY_PLACEHOLDER = uuid.UUID(int=1)

MANAGER_METHODS = ("get_queryset", "all", "filter", "get", "select_related")
"""Methods of managers that packages call to find a token or user."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenQuery:
    """A query for a token by a unique column, with its related instances."""

    query: CompiledQuery
    tokens: RowFactory
    rejected_index: int | None

    @classmethod
    def compile(
        cls,
        rows: Any,
        column: str,
        using: str,
        *,
        placeholder: Any = VALUE_PLACEHOLDER,
        rejections: Callable[[uuid.UUID], Q] | None = None,
    ) -> TokenQuery:
        """Compile the query for the queryset ``rows``.

        ``placeholder`` is a value that no ``column`` has. With ``rejections``, such as
        :func:`rejection_filter`, the query also finds out whether the token is rejected.
        """
        rows = rows.filter(**{column: placeholder}).order_by()
        if rejections:
            rows = rows.annotate(**{REJECTED_ALIAS: rejections(KEY_PLACEHOLDER)})
        compiler = rows.query.get_compiler(using=using)
        placeholders: list[Placeholder] = [(rows.model._meta.get_field(column), placeholder)]
        if rejections:
            placeholders.append((RevokedToken._meta.get_field("key"), KEY_PLACEHOLDER))
        return cls(
            query=CompiledQuery.compile(compiler, placeholders),
            tokens=RowFactory.from_compiler(compiler.klass_info, compiler.select),
            rejected_index=compiler.annotation_col_map.get(REJECTED_ALIAS),
        )

    @property
    def checks_revocation(self) -> bool:
        """Whether the query also finds out if the token is rejected."""
        return self.rejected_index is not None

    def fetch_row(self, values: Sequence[Any], using: str) -> Sequence[Any] | None:
        """Return the row whose column has the first of ``values``, or ``None``.

        If :attr:`checks_revocation`, the second value is the :attr:`TokenRef.key` of the token.
        """
        connection = connections[using]
        found = self.query.fetch_first(values, connection)
        return None if found is None else self.query.convert(found, connection)

    def create(self, row: Sequence[Any], using: str) -> Any:
        """Create the token in ``row`` with its related instances."""
        return self.tokens.create(row, using)

    def needs_lookup(self, row: Sequence[Any], token: Any) -> bool:
        """Return whether the store must look up ``token``, which was created from ``row``."""
        index = self.rejected_index
        return index is None or bool(row[index]) or not _has_canonical_pk(token.user.pk)


def rejection_filter(issued_at: str | None, kind: str, key: uuid.UUID) -> Q:
    """Return a condition that holds if the token with ``key`` is rejected.

    ``issued_at`` is the column with the time of issue, which is never null. Without it, every
    cutoff and every watermark rejects the token.
    """
    since = {"not_before__gte": OuterRef(issued_at)} if issued_at else {}
    cutoffs = TokenCutoff.objects.filter(**since).exclude(kept=key)
    return (
        Q(Exists(RevokedToken.objects.filter(key=key)))
        | Q(Exists(cutoffs.filter(user=OuterRef("user_id"))))
        | Q(Exists(cutoffs.filter(key=EVERYONE.key)))
        | Q(Exists(_watermarks(issued_at, kind)))
    )


def _watermarks(minted_at: str | None, kind: str) -> Any:
    """Return the watermarks that reject a token whose only subject is its user."""
    keys = TokenRef(kind=kind, identifier="", subjects=(Subject.user(""),)).watermark_keys
    since = {"watermark__gte": OuterRef(minted_at)} if minted_at else {}
    return PurgeWatermark.objects.filter(key__in=keys, **since)


def has_default_queries(manager: Any) -> bool:
    """Return whether ``manager`` finds the same rows as Django's default manager.

    A custom manager may filter differently on each call, so its SQL cannot be compiled once.
    """
    manager_class: Any = type(manager)
    # A class that only adds to get_or_create() names the one whose queries it makes. A subclass
    # of it may filter, so the attribute is not inherited.
    return _has_default_queries(vars(manager_class).get("extended_class", manager_class))


@lru_cache(maxsize=64)
def _has_default_queries(manager_class: Any) -> bool:
    if not issubclass(manager_class, Manager) or manager_class._queryset_class is not QuerySet:
        return False
    return all(getattr(manager_class, name) is getattr(Manager, name) for name in MANAGER_METHODS)


@lru_cache(maxsize=10_000, typed=True)
def _has_canonical_pk(pk: Any) -> bool:
    """Return whether ``pk`` equals the column ``user`` in a cutoff of that user."""
    return bool(user_pk(str(pk)) == pk)
