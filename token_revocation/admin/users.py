"""The users of a page of ours, who may be at home in another database."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import router
from django.db.models import Q, QuerySet

from token_revocation.columns import user_pk
from token_revocation.models import RevokedToken

MATCHES = 200

PLAIN = {"user": "user_ref", "revoked_by": "revoked_by_id"}
"""What our table knows of a user by itself."""


def are_here() -> bool:
    """Whether a query of ours can join them."""
    return router.db_for_read(RevokedToken) == router.db_for_read(get_user_model())


def shown(columns: Iterable[Any]) -> list[Any]:
    """``columns``, or what stands for them where users cannot be joined."""
    return [*columns] if are_here() else [_plain(column) for column in columns]


def names() -> Iterable[str]:
    """The fields by which people know a user: the name they log in with, and the address."""
    user_model = get_user_model()
    yield user_model.USERNAME_FIELD
    try:
        email = user_model.get_email_field_name()
        user_model._meta.get_field(email)
    except FieldDoesNotExist:
        return
    if email != user_model.USERNAME_FIELD:
        yield email


def search(typed: str) -> QuerySet[Any]:
    """Those whose name or address has ``typed`` in it, and no more of them than can be listed."""
    holding = Q()
    for name in names():
        holding |= Q((f"{name}__icontains", typed))
    return get_user_model()._default_manager.filter(holding).order_by().only("pk")[:MATCHES]


def called(typed: str) -> list[Any]:
    """Those whose name, address or primary key ``typed`` is; of a shared address, two."""
    model = get_user_model()
    lookups = {model.USERNAME_FIELD: typed, "pk": user_pk(typed)}
    lookups |= {f"{field}__iexact": typed for field in names() if field != model.USERNAME_FIELD}
    found: dict[Any, Any] = {}
    for lookup, value in lookups.items():
        with suppress(ValueError, ValidationError, OverflowError):  # It cannot be one of these.
            users = model._default_manager.filter(**{lookup: value})[:2]
            found |= {user.pk: user for user in users}
    return list(found.values())


def _plain(column: Any) -> Any:
    return PLAIN.get(column, column) if isinstance(column, str) else tuple(map(_plain, column))
