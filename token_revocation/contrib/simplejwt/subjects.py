"""To whom a JWT belongs: its user, and the session that its login began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from rest_framework_simplejwt.tokens import RefreshToken

from token_revocation.contrib.simplejwt import claims
from token_revocation.contrib.simplejwt.live import setting
from token_revocation.tokens import Subject, TokenRef, name_key


def subjects(token: Any, ref: TokenRef) -> Iterator[Subject]:
    """The user and the session of ``token``, as far as it names them."""
    pk = user_pk(token)
    if pk is not None:
        yield Subject.user(pk)
    session = session_id(token, ref)
    if session:
        yield Subject.session(session)


def session_id(token: Any, ref: TokenRef) -> str:
    """The session of ``token``; a refresh token that names none is the first of its own."""
    claim = token.payload.get(claims.SESSION)
    if claim:
        return str(claim)
    return str(name_key("session", ref.key.hex)) if is_refresh_token(token) else ""


def is_refresh_token(token: Any) -> bool:
    """Whether other tokens are made from ``token``."""
    kind = token.payload.get(setting("TOKEN_TYPE_CLAIM"))
    return isinstance(token, RefreshToken) or kind == RefreshToken.token_type


def remember_user(token: Any, pk: Any) -> None:
    """Keep with ``token`` whose it is, so that nobody has to ask the database again."""
    token.user_pk = pk


def user_pk(token: Any) -> Any:
    """The primary key of the user of ``token``; ``None`` if it names none.

    The claim, where ``USER_ID_FIELD`` is the primary key. Otherwise what was remembered with
    the token, or one query; a user who is not known here goes by the claim.
    """
    known = getattr(token, "user_pk", None)
    if known is not None:
        return known
    claim = token.payload.get(setting("USER_ID_CLAIM"))
    if claim is None:
        return None
    return _normal(claim) if claim_is_primary_key() else _look_up(claim)


def claim_is_primary_key() -> bool:
    """Whether tokens name their user by the primary key."""
    return setting("USER_ID_FIELD") in {"pk", get_user_model()._meta.pk.name}


def _normal(claim: Any) -> Any:
    """The primary key as the database spells it, as it finds users by other spellings too."""
    try:
        return get_user_model()._meta.pk.to_python(claim)
    except ValidationError:
        return claim


def _look_up(claim: Any) -> Any:
    user_model = get_user_model()
    users = user_model._base_manager.using(router.db_for_write(user_model))
    try:
        found = users.filter(**{setting("USER_ID_FIELD"): claim}).values_list("pk", flat=True)
        pk = found.first()
    except (TypeError, ValueError, ValidationError):
        return claim
    return claim if pk is None else pk
