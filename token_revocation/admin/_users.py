"""Lookup of users, who may be stored in another database than revocations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import router
from django.db.models import Q, QuerySet

from token_revocation._rows import find_users, user_pk
from token_revocation.models import RevokedToken

MAX_MATCHES = 200

UNJOINED_COLUMNS = {"user": "user_ref", "revoked_by": "revoked_by_id"}
"""Columns that replace a relation to the user where users cannot be joined."""


def can_join() -> bool:
    """Return whether users and revocations are in the same database."""
    return router.db_for_read(RevokedToken) == router.db_for_read(get_user_model())


def readable_columns(columns: Iterable[Any]) -> list[Any]:
    """Return ``columns``, without relations to users where users cannot be joined."""
    return [*columns] if can_join() else [_without_join(column) for column in columns]


def name_fields() -> Iterable[str]:
    """Yield the names of the username field and the email field."""
    user_model = get_user_model()
    yield user_model.USERNAME_FIELD
    try:
        email = user_model.get_email_field_name()
        user_model._meta.get_field(email)
    except FieldDoesNotExist:
        return
    if email != user_model.USERNAME_FIELD:
        yield email


def search(text: str) -> QuerySet[Any]:
    """Return users whose name or email address contains ``text``, up to a limit."""
    condition = Q()
    for name in name_fields():
        condition |= Q((f"{name}__icontains", text))
    return get_user_model()._default_manager.filter(condition).order_by().only("pk")[:MAX_MATCHES]


def find_exact(text: str) -> list[Any]:
    """Return the users whose name, email address or primary key is ``text``."""
    model = get_user_model()
    lookups = {model.USERNAME_FIELD: text, "pk": user_pk(text)}
    lookups |= {f"{f}__iexact": text for f in name_fields() if f != model.USERNAME_FIELD}
    found: dict[Any, Any] = {}
    for lookup, value in lookups.items():
        found |= {user.pk: user for user in find_users(**{lookup: value})}
    return list(found.values())


def _without_join(column: Any) -> Any:
    if isinstance(column, str):
        return UNJOINED_COLUMNS.get(column, column)
    return tuple(map(_without_join, column))
