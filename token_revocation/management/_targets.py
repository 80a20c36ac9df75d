"""Subjects that the command ``revoke_tokens`` can revoke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from token_revocation import services
from token_revocation._rows import find_users, user_pk
from token_revocation.models import TokenCutoff
from token_revocation.tokens import EVERYONE, Subject


@dataclass(frozen=True, kw_only=True)
class Target:
    """A subject, the service that revokes its tokens, and more fields of the result."""

    subject: Subject
    revoke: Callable[..., TokenCutoff]
    details: Mapping[str, Any] = field(default_factory=dict)


def find_user(text: str, *, using: str | None) -> Target:
    """Return the user with this username or primary key.

    Raises:
        CommandError: No user matches, or two do.
    """
    by_name = find_users(**{get_user_model().USERNAME_FIELD: text})
    users = {user.pk: user for user in [*by_name, *find_users(pk=user_pk(text))]}
    if not users:
        raise CommandError(f"No user has the username or the primary key {text!r}.")
    if len(users) > 1:
        raise CommandError(
            f"{text!r} is the username of one user and the primary key of another. "
            "Pass the primary key or the username that only one of them has."
        )
    (user,) = users.values()
    stored = len(services.active_tokens(user, using=using))
    details = {"user_name": str(user.get_username()), "stored_tokens": stored}
    revoke = partial(services.revoke_all, user)
    return Target(subject=Subject.user(user.pk), revoke=revoke, details=details)


def session(session_id: str, *, using: str | None) -> Target:
    """Return the session with this ``sid``, even if it is unknown here."""
    revoke = partial(services.revoke_session, session_id)
    return Target(subject=Subject.session(session_id), revoke=revoke)


def client(client_id: str, *, using: str | None) -> Target:
    """Return the client with this ID, even if it is unknown here."""
    revoke = partial(services.revoke_client, client_id)
    return Target(subject=Subject.client(client_id), revoke=revoke)


def everyone(_: bool, *, using: str | None) -> Target:
    """Return all subjects."""
    return Target(subject=EVERYONE, revoke=services.revoke_everyone)
