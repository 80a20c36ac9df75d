"""Which tokens of a list are revoked: asked of the two tables of facts, remembered nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services.transactions import reading
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.tokens import EVERYONE

SUBJECTS = ("user_key", "session_key", "client_key")


def revoked_indices(status_list: StatusList) -> set[int]:
    """The places of the tokens that are revoked, or issued before a cutoff of a subject.

    Raises :class:`~token_revocation.exceptions.RevocationUnavailable` if nobody can say.
    """
    with reading(None) as using:
        listed = ListedToken.objects.using(using).filter(status_list=status_list)
        # Not by iterator(): PostgreSQL plans a cursor for its first rows, and took twice as long.
        return {index for rows in _ended(listed) for index in rows.values_list("index", flat=True)}


def _ended(listed: QuerySet[ListedToken]) -> Iterator[QuerySet[ListedToken]]:
    """One question for each way to end: each is a join that a database does by an index."""
    yield listed.filter(key__in=RevokedToken.objects.values("key"))
    yield listed.filter(Exists(_cutoffs(EVERYONE.key)))
    for subject in SUBJECTS:
        yield listed.filter(Exists(_cutoffs(OuterRef(subject))))


def _cutoffs(key: Any) -> QuerySet[TokenCutoff]:
    """Cutoffs of the subject that end the token outside; the rule of ``TokenRef.ended_by``."""
    # Without a session its own key again: a NULL in the list would make NOT IN unknown.
    family = Coalesce(OuterRef("session_key"), OuterRef("key"))
    spares_another = ~Q(kept__in=[OuterRef("key"), family])
    later = TokenCutoff.objects.filter(key=key, not_before__gte=OuterRef("issued_at"))
    return later.filter(Q(kept__isnull=True) | spares_another)
