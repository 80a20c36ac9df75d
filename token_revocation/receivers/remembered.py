"""What this process remembers of a user counts no more once it changes anything of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.signals import setting_changed
from django.db import connections, transaction
from django.db.models.signals import post_delete, post_save

from token_revocation.adapters import get_adapters
from token_revocation.receivers.accounts import user_models
from token_revocation.stores.memory import memory


def connect() -> None:
    """Listen to users, to the tokens of the adapters in use, and to others if settings change."""
    for model in user_models():
        post_save.connect(forget_user, sender=model)
        post_delete.connect(forget_user, sender=model)
    _listen(setting="TOKEN_REVOCATION")
    setting_changed.connect(_listen)


def forget_user(*, instance: Any, using: str, **kwargs: Any) -> None:
    """A user was saved or deleted."""
    _forget(instance.pk, using)


def forget_owner(*, instance: Any, using: str, **kwargs: Any) -> None:
    """A token was saved or deleted."""
    _forget(getattr(instance, "user_id", None), using)


def _forget(user_id: Any, using: str) -> None:
    """Now, as this thread sees it now, and at the commit, as the others see it then."""
    memory.forget(user_id)
    if connections[using].in_atomic_block:
        transaction.on_commit(lambda: memory.forget(user_id), using=using, robust=True)


def _listen(*, setting: str, **kwargs: Any) -> None:
    if setting != "TOKEN_REVOCATION":
        return
    with suppress(ImportError, AttributeError):  # If ADAPTERS is wrong, the checks say so.
        for label in [label for a in get_adapters().values() for label in a.stored_in]:
            post_save.connect(forget_owner, sender=label)
            post_delete.connect(forget_owner, sender=label)
