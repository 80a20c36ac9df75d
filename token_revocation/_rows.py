"""Column values of tokens, subjects and users."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import DataError, connections, transaction

from token_revocation.models import MAX_NAME_LENGTH
from token_revocation.tokens import Subject, TokenRef

INVALID_VALUE_ERRORS = (TypeError, ValueError, ArithmeticError, ValidationError, DataError)
"""Errors of fields for values that they cannot store, such as "x" in a ``UUIDField``."""


def make_storable(name: str) -> str:
    """Escape NUL and lone surrogates in ``name``, and shorten it to 255 characters.

    The result is for display and search; keys are made of the original name.
    """
    text = name.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return text if len(text) <= MAX_NAME_LENGTH else text[: MAX_NAME_LENGTH - 1] + "…"


def token_columns(token: TokenRef) -> dict[str, Any]:
    """Return the columns of :class:`RevokedToken` for ``token``."""
    user = token.subject("user")
    return {
        "kind": token.kind,
        "identifier": make_storable(token.identifier),
        "user_id": user_pk(user.id) if user else None,
        "user_ref": make_storable(user.id) if user else "",
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
    }


def subject_columns(subject: Subject, session_user: Subject | None = None) -> dict[str, Any]:
    """Return the columns of :class:`TokenCutoff` for ``subject``, and the user of a session."""
    return {
        "key": subject.key,
        "subject_type": subject.type,
        "subject_id": make_storable(subject.id),
        "user_id": user_pk(subject.id) if subject.type == "user" else None,
        "session_user_id": user_pk(session_user.id) if session_user else None,
    }


def user_pk(text: str) -> Any:
    """Return ``text`` as the primary key of a user, or ``None`` if it is invalid."""
    pk: Any = get_user_model()._meta.pk
    while pk.remote_field:  # Multi-table inheritance.
        pk = pk.target_field
    if make_storable(text) != text:
        return None
    try:
        value = pk.to_python(text)
        pk.run_validators(value)
    except INVALID_VALUE_ERRORS:
        return None
    return value


def is_valid_username(name: str) -> bool:
    """Return whether the type of ``USERNAME_FIELD`` can represent ``name``."""
    field: Any = get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)
    try:
        field.to_python(name)
    except INVALID_VALUE_ERRORS:
        return False
    return True


def find_users(users: Any = None, **lookup: Any) -> list[Any]:
    """Return at most two users that match ``lookup``; none if its values are invalid.

    Args:
        users: The manager or queryset to search; by default all users.
        **lookup: The arguments of ``filter()``.
    """
    found = (get_user_model()._default_manager if users is None else users).all()
    # A value that a column cannot store would abort a transaction of PostgreSQL.
    in_transaction = connections[found.db].in_atomic_block
    try:
        with transaction.atomic(using=found.db) if in_transaction else nullcontext():
            return [*found.filter(**lookup)[:2]]
    except INVALID_VALUE_ERRORS:
        return []
