"""Events of an account: those that ``REVOKE_ON`` names end every token of the user.

Told by the signals of the user model, so by whatever saves or deletes a user: a view, the admin,
a shell. ``QuerySet.update()``, ``bulk_update()`` and raw SQL send none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_save, pre_delete, pre_save

from token_revocation import services
from token_revocation.conf import settings
from token_revocation.models import Reason
from token_revocation.receivers.passwords import is_upgrade

EVENTS = {"password": Reason.PASSWORD_CHANGE, "is_active": Reason.DEACTIVATION}

_PENDING = "_token_revocation_events"


def connect() -> None:
    """Listen to the user model, whatever it is, and to the models made of it."""
    user_model = get_user_model()
    for model in user_models():
        pre_save.connect(notice, sender=model)
        post_save.connect(end_tokens, sender=model)
        if model._meta.concrete_model is user_model:  # Deleting a child deletes its parent.
            pre_delete.connect(end_tokens_of_deleted, sender=model)


def user_models() -> list[type[Any]]:
    """The user model, and the models made of it."""
    user_model = get_user_model()
    return [user_model, *_descendants(user_model)]


def notice(
    *, instance: Any, raw: bool, using: str, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """Compare what is about to be written with what is stored, in one small query at most."""
    watched = _watched(update_fields)
    if raw or instance.pk is None or not watched:
        return
    rows = get_user_model()._base_manager.using(using).filter(pk=instance.pk)
    before = rows.values(*watched).first()
    if before is not None:
        events = set(_events(before, instance, update_fields))
        # Added to, as a receiver between may save the same user once more.
        instance.__dict__.setdefault(_PENDING, set()).update(events)


def end_tokens(*, instance: Any, **kwargs: Any) -> None:
    """Cut the user off, in the transaction of the save."""
    for event in sorted(instance.__dict__.pop(_PENDING, ())):
        keep = services.kept_token() if event == Reason.PASSWORD_CHANGE else None
        services.revoke_all(instance, keep=keep, reason=event)


def end_tokens_of_deleted(*, instance: Any, **kwargs: Any) -> None:
    """Cut the user off while the revocations can still be told to forget the user."""
    if Reason.DELETION in settings.REVOKE_ON:
        services.revoke_all(instance, reason=Reason.DELETION)


def _watched(update_fields: Collection[str] | None) -> list[str]:
    """The fields that a save may write and that ``REVOKE_ON`` cares about."""
    stored = {field.name for field in get_user_model()._meta.concrete_fields}
    written = stored if update_fields is None else stored.intersection(update_fields)
    return [name for name in EVENTS if name in written and EVENTS[name] in settings.REVOKE_ON]


def _events(
    before: dict[str, Any], user: Any, update_fields: Collection[str] | None
) -> Iterator[Reason]:
    password = before.get("password", user.password)
    if password != user.password and not is_upgrade(password, user, update_fields):
        yield Reason.PASSWORD_CHANGE
    if before.get("is_active", user.is_active) != user.is_active and _may_have_tokens(user):
        yield Reason.DEACTIVATION


def _may_have_tokens(user: Any) -> bool:
    """Whether ``user`` is not just activated for the first time.

    Cutting off at a later activation too makes up for a deactivation that sent no signal.
    """
    return not user.is_active or getattr(user, "last_login", None) is not None


def _descendants(model: type[Any]) -> Iterator[type[Any]]:
    for child in model.__subclasses__():
        yield child
        yield from _descendants(child)
