"""What stands in the columns of the two tables for a token, a subject and a user."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from token_revocation.models import MAX_NAME_LENGTH
from token_revocation.tokens import Subject, TokenRef


def storable(name: str) -> str:
    """``name`` as every database takes it: no NUL, no lone surrogate, at most 255 characters.

    For display and search only; keys are made of the name itself.
    """
    text = name.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return text if len(text) <= MAX_NAME_LENGTH else text[: MAX_NAME_LENGTH - 1] + "…"


def token_columns(token: TokenRef) -> dict[str, Any]:
    """The columns of :class:`RevokedToken` that ``token`` decides."""
    user = token.subject("user")
    return {
        "kind": token.kind,
        "identifier": storable(token.identifier),
        "user_id": user_pk(user.id) if user else None,
        "user_ref": storable(user.id) if user else "",
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
    }


def subject_columns(subject: Subject) -> dict[str, Any]:
    """The columns of :class:`TokenCutoff` that ``subject`` decides."""
    return {
        "key": subject.key,
        "subject_type": subject.type,
        "subject_id": storable(subject.id),
        "user_id": user_pk(subject.id) if subject.type == "user" else None,
    }


def user_pk(text: str) -> Any:
    """The primary key of a user that ``text`` spells; ``None`` if it cannot be one."""
    pk = get_user_model()._meta.pk
    if storable(text) != text:
        return None
    try:
        value = pk.to_python(text)
        pk.run_validators(value)
    except ValidationError:
        return None
    return value
