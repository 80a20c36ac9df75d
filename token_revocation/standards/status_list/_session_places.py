"""Indices that the tokens of a session share, so that a refresh allocates none.

The ``jti`` of each token of the session begins with the name of the index. So a revocation of one
token finds the bit, although the token has no row, and also if it was revoked by its ``jti`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps

from token_revocation.models import Reason, RevokedToken
from token_revocation.services._transactions import atomic_write, database_errors, retry_on_deadlock
from token_revocation.standards.status_list._allocation import allocate, list_uri, subject_columns
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.tokens import TokenRef

SESSIONS_APP = "token_revocation.sessions"

RANDOM_IDENTIFIER = re.compile("[0-9a-f]{32}")
"""The ``jti`` of simplejwt. Another one is that of the project, and is not changed."""

LIST_NAME_LENGTH = 16
"""The hexadecimal digits of the id of a list in a ``jti``: 60 random bits, as ids are digests."""


def is_replaceable(identifier: Any) -> bool:
    """Return whether ``identifier`` may be replaced by one that names an index."""
    return isinstance(identifier, str) and bool(RANDOM_IDENTIFIER.fullmatch(identifier))


def has_session(token: TokenRef) -> bool:
    """Return whether ``token`` belongs to a session that may have a row."""
    return token.subject("session") is not None and apps.is_installed(SESSIONS_APP)


def session_key(token: TokenRef) -> UUID:
    """Return the ``key`` of the index of the session of ``token``: the ``id`` of its row."""
    # Models of an app that may not be installed.
    from token_revocation.sessions.models import session_row_id

    return session_row_id(token)


@retry_on_deadlock
def session_claim(token: TokenRef) -> dict[str, Any]:
    """Return the claim ``status`` of the session of ``token``; allocate its index if needed.

    Two concurrent calls may allocate two indices. Each is set if the session is revoked.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as using:
        columns = {**subject_columns(token), "key": session_key(token)}
        rows = ListedToken.objects.using(using).filter(**columns)
        found = rows.order_by("pk").values_list("status_list", "index").first()
    if found is None:
        return new_session_claim(token)
    return {"status_list": {"idx": found[1], "uri": list_uri(StatusList(pk=found[0]))}}


@retry_on_deadlock
def new_session_claim(token: TokenRef) -> dict[str, Any]:
    """Allocate the index of the new session of ``token``, and return its claim ``status``.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: The token never expires.
    """
    with atomic_write(None) as using:
        return allocate(token, session_key(token), using)


def new_identifier(claim: Mapping[str, Any]) -> str:
    """Return a new ``jti`` that names the index of ``claim``."""
    # A rotation keeps what precedes the last dot: see get_successor_ref() of simplejwt's tokens.
    return f"{_index_name(claim)}.{uuid4().hex}"


def names_index(identifier: Any, claim: Any) -> bool:
    """Return whether ``claim`` is the index of a session that ``identifier`` names."""
    try:
        name = _index_name(claim)
    except (KeyError, TypeError, ValueError):
        return False
    return isinstance(identifier, str) and identifier.rpartition(".")[0] == name


def iterate_revoked(status_list: StatusList, using: str) -> Iterator[int]:
    """Yield the indices that revoked tokens of sessions name."""
    name = status_list.pk.hex[:LIST_NAME_LENGTH]
    # A range, as PostgreSQL has no index of this column for LIKE. In every collation, letters
    # come after digits.
    rows = RevokedToken.objects.using(using).filter(identifier__gte=name, identifier__lt=f"{name}z")
    identifiers = rows.exclude(reason=Reason.ROTATED).values_list("identifier", flat=True)
    for identifier in identifiers.order_by():
        list_name, _, rest = identifier.partition(".")
        index = rest.partition(".")[0]
        if list_name == name and index.isdecimal() and int(index) < status_list.size:
            yield int(index)


def _index_name(claim: Mapping[str, Any]) -> str:
    reference = claim["status_list"]
    list_id = UUID(reference["uri"].rstrip("/").rpartition("/")[2])
    return f"{list_id.hex[:LIST_NAME_LENGTH]}.{reference['idx']:d}"
