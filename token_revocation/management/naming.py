"""Whom or what an operator means."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from token_revocation import services
from token_revocation.columns import user_pk
from token_revocation.models import TokenCutoff
from token_revocation.services.causes import cause_columns
from token_revocation.tokens import EVERYONE, Subject


@dataclass(frozen=True, kw_only=True)
class Named:
    """A subject, the verb that cuts it off, and what else can be said of it."""

    subject: Subject
    cut_off: Callable[..., TokenCutoff]
    known: Mapping[str, Any] = field(default_factory=dict)


def user_named(text: str, *, using: str | None) -> Named:
    """The user with this user name or primary key; an error if that is two users, or none."""
    users, pk = get_user_model()._default_manager, user_pk(text)
    by_name = users.filter(**{get_user_model().USERNAME_FIELD: text})
    found = {user.pk: user for user in [*by_name, *users.filter(pk=pk)]}
    if len(found) != 1:
        problem = (
            f"{text!r} is the name of one user and the key of another."
            if found
            else (f"No user has the name or the primary key {text!r}.")
        )
        raise CommandError(problem)
    (user,) = found.values()
    stored = len(services.active_tokens(user, using=using))
    known = {"user_name": user.get_username(), "stored_tokens": stored}
    cut_off = partial(services.revoke_all, user)
    return Named(subject=Subject.user(user.pk), cut_off=cut_off, known=known)


def session_named(text: str, *, using: str | None) -> Named:
    """The session with this ``sid``, known here or not."""
    cut_off = partial(services.revoke_session, text)
    return Named(subject=Subject.session(text), cut_off=cut_off)


def client_named(text: str, *, using: str | None) -> Named:
    """The client with this id, known here or not."""
    cut_off = partial(services.revoke_client, text)
    return Named(subject=Subject.client(text), cut_off=cut_off)


def everyone(_: bool, *, using: str | None) -> Named:
    """All there are."""
    return Named(subject=EVERYONE, cut_off=services.revoke_everyone)


def name(text: str) -> str:
    """An argument that names something."""
    if not text.strip() or "\x00" in text:
        raise ArgumentTypeError("that names nobody")
    return text


def reason(text: str) -> str:
    """An argument that can be stored as a reason."""
    try:
        cause_columns({"reason": text})
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    return text
