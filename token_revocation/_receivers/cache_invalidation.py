"""Invalidation of cached authentications when users or tokens change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.signals import setting_changed
from django.db import connections, transaction
from django.db.models.signals import post_delete, post_save

from token_revocation._receivers.watched_models import (
    ModelReceivers,
    has_token_row,
    has_user_row,
)
from token_revocation.conf import settings
from token_revocation.stores._authentication_cache import ALL_USERS, authentication_cache

CHANGED_USERS_ATTRIBUTE = "_token_revocation_changed_users"


def connect() -> None:
    """Connect to the models of users and tokens, again when settings change."""
    _user_receivers.connect()
    _token_receivers.connect()
    setting_changed.connect(_reconnect)


def invalidate_user(*, instance: Any, using: str, **kwargs: Any) -> None:
    """Invalidate the authentications of a saved or deleted user."""
    _invalidate(instance.pk, using)


def invalidate_owner(*, instance: Any, using: str, **kwargs: Any) -> None:
    """Invalidate the authentications of the owner of a saved or deleted token."""
    _invalidate(getattr(instance, "user_id", None), using)


def invalidate_all(*, using: str, **kwargs: Any) -> None:
    """Invalidate all authentications, after a rare change such as that of an OAuth client."""
    _invalidate(ALL_USERS, using)


def _invalidate(user_id: Any, using: str) -> None:
    """Invalidate the authentications of a user, now and on commit."""
    # This thread sees the change now, other threads see it on commit.
    if settings.AUTHENTICATION_CACHE_TTL is None:
        return
    authentication_cache.invalidate(user_id)
    if connections[using].in_atomic_block:
        _changed_users(using).add(user_id)


def _changed_users(using: str) -> set[Any]:
    """Return the users to invalidate when the open transaction commits."""
    connection: Any = connections[using]
    callbacks, users = getattr(connection, CHANGED_USERS_ATTRIBUTE, (None, set()))
    if callbacks is not connection.run_on_commit:  # Replaced by each commit and rollback.
        users = set()
        transaction.on_commit(lambda: _invalidate_all(users), using=using, robust=True)
        setattr(connection, CHANGED_USERS_ATTRIBUTE, (connection.run_on_commit, users))
    return users


def _invalidate_all(users: Iterable[Any]) -> None:
    for user_id in users:
        authentication_cache.invalidate(user_id)


def _reconnect(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _token_receivers.reconnect()


_user_receivers = ModelReceivers(
    has_user_row, [(post_save, invalidate_user), (post_delete, invalidate_user)]
)
_token_receivers = ModelReceivers(
    has_token_row, [(post_save, invalidate_owner), (post_delete, invalidate_owner)]
)
