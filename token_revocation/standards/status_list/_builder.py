"""Queries for the revoked tokens of a status list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from token_revocation._keys import watermark_key
from token_revocation.models import PurgeWatermark, RevokedToken, TokenCutoff
from token_revocation.services._transactions import database_errors
from token_revocation.standards.status_list._session_places import SESSIONS_APP, iterate_revoked
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.tokens import EVERYONE

SUBJECT_COLUMNS = {"user": "user_key", "session": "session_key", "client": "client_key"}
"""Columns of ``ListedToken`` by subject type."""


def revoked_indices(status_list: StatusList) -> set[int]:
    """Return the indices of tokens that are revoked or before a cutoff of a subject.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as using:
        revoked = stored_revocations(status_list, using)
        listed = ListedToken.objects.using(using).filter(status_list=status_list)
        # Watermarks come last, as a purge raises them before it deletes a cutoff.
        last = listed.filter(Exists(_matching_cutoffs(EVERYONE.key)) | _may_be_purged())
        return revoked.union(last.values_list("index", flat=True))


def stored_revocations(status_list: StatusList, using: str) -> set[int]:
    """Return the indices of tokens that a stored revocation rejects, except one of everyone."""
    listed = ListedToken.objects.using(using).filter(status_list=status_list)
    # Not iterator(): PostgreSQL optimizes a cursor for its first rows, which was twice as slow.
    revoked = {
        index
        for rows in _revoked_querysets(listed)
        for index in rows.values_list("index", flat=True)
    }
    return revoked.union(iterate_revoked(status_list, using))


def _revoked_querysets(listed: QuerySet[ListedToken]) -> Iterator[QuerySet[ListedToken]]:
    """Yield a queryset for each way to revoke; each is a join that can use an index."""
    yield listed.filter(key__in=RevokedToken.objects.values("key"))
    for column in SUBJECT_COLUMNS.values():
        yield listed.filter(Exists(_matching_cutoffs(OuterRef(column))))


def _may_be_purged() -> Q:
    """Return the condition that a revocation of the outer token may be purged."""
    # A listed token has no kind, so the watermark of every kind counts.
    older = _is_below_watermark(scope__startswith="kind ") | _is_below_watermark(
        key=_watermark_key(EVERYONE.type)
    )
    for subject_type, column in SUBJECT_COLUMNS.items():
        older |= Q(**{f"{column}__isnull": False}) & _is_below_watermark(
            key=_watermark_key(subject_type)
        )
    return older


def _is_below_watermark(**watermark: Any) -> Q:
    rows = PurgeWatermark.objects.filter(watermark__gte=OuterRef("minted_at"), **watermark)
    if apps.is_installed(SESSIONS_APP):
        rows = rows.exclude(Exists(_sessions_with_newer_tokens()))
    return Q(Exists(rows))


def _sessions_with_newer_tokens() -> QuerySet[Any]:
    """Return the sessions of the listed token, refreshed after the watermark."""
    # Models of an app that may not be installed.
    from token_revocation.sessions.models import TokenSession

    minted = TokenSession.objects.annotate(minted_at=Coalesce("rotated_at", "created_at"))
    return minted.filter(pk=OuterRef(OuterRef("key")), minted_at__gt=OuterRef("watermark"))


def _watermark_key(subject_type: str) -> UUID:
    return watermark_key("subject", subject_type)


def _matching_cutoffs(key: Any) -> QuerySet[TokenCutoff]:
    """Return the cutoffs that revoke the outer token, as ``TokenRef.is_revoked_by``."""
    # Without a session the token's own key again, as NOT IN with a NULL is never true.
    family = Coalesce(OuterRef("session_key"), OuterRef("key"))
    keeps_another = ~Q(kept__in=[OuterRef("key"), family])
    later = TokenCutoff.objects.filter(key=key, not_before__gte=OuterRef("issued_at"))
    return later.filter(Q(kept__isnull=True) | keeps_another)
