"""Revocation of all tokens of a user on the account events in ``REVOKE_ON``.

The events are detected by the signals of the user model, so in views, the admin and the shell.
``QuerySet.update()``, ``bulk_update()`` and raw SQL send no signals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save

from token_revocation import services
from token_revocation._receivers.deletion_buffer import get_buffer
from token_revocation._receivers.password_upgrades import is_password_upgrade
from token_revocation._receivers.watched_models import (
    ModelReceivers,
    find_user_model,
    has_user_row,
    is_user_model,
)
from token_revocation.conf import settings
from token_revocation.models import Reason
from token_revocation.services._cutoffs import create_user_cutoffs
from token_revocation.services._exemptions import kept_session
from token_revocation.services._transactions import run_first_possible
from token_revocation.tokens import TokenRef

EVENTS = {"password": Reason.PASSWORD_CHANGE, "is_active": Reason.DEACTIVATION}

PENDING_ATTRIBUTE = "_token_revocation_events"


def connect() -> None:
    """Connect to every model whose rows are users."""
    _save_receivers.connect()
    _delete_receivers.connect()


def collect_events(
    *,
    sender: type[Any],
    instance: Any,
    raw: bool,
    using: str,
    update_fields: Collection[str] | None,
    **kwargs: Any,
) -> None:
    """Compare a user before it is saved with its stored row, in at most one query."""
    user_model = find_user_model(sender)
    if raw or instance.pk is None or user_model is None:
        return
    watched = _watched_fields(user_model, update_fields)
    if not watched:
        return
    before = _read_stored(user_model._base_manager.using(using).filter(pk=instance.pk), watched)
    if before is not None:
        events = set(_find_events(before, instance, update_fields))
        # Another receiver may save the same user again in between, so events are accumulated.
        instance.__dict__.setdefault(PENDING_ATTRIBUTE, set()).update(events)


def revoke_tokens(*, instance: Any, **kwargs: Any) -> None:
    """Revoke the tokens of a saved user, in the transaction of the save."""
    for event in sorted(instance.__dict__.pop(PENDING_ATTRIBUTE, ())):
        keep = _find_kept(instance) if event == Reason.PASSWORD_CHANGE else None
        run_first_possible(
            partial(services.revoke_all, instance, keep=keep, reason=event),
            partial(create_user_cutoffs, [instance.pk], keep=keep, reason=event),
        )


def _find_kept(user: Any) -> TokenRef | None:
    return services.kept_token() or kept_session(user.pk)


def revoke_tokens_of_deleted(
    *, sender: type[Any], instance: Any, using: str, **kwargs: Any
) -> None:
    """Revoke the tokens of a deleted user, together with others in the same deletion."""
    if is_user_model(sender):
        get_buffer(using).add_user(instance.pk)


def _watched_fields(model: Any, update_fields: Collection[str] | None) -> list[str]:
    """Return the fields that a save may change and that ``REVOKE_ON`` watches.

    A property may depend on any field, so each save may change it.
    """
    stored = _column_names(model)
    written = stored if update_fields is None else stored.intersection(update_fields)
    written |= {name for name in EVENTS if name not in stored and _is_property(model, name)}
    return [name for name in EVENTS if name in written and EVENTS[name] in settings.REVOKE_ON]


def _column_names(model: Any) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _is_property(model: Any, name: str) -> bool:
    """Return whether ``model`` defines ``name`` as a property.

    ``AbstractBaseUser.is_active`` is a constant.
    """
    return isinstance(getattr(model, name, None), property)


def _read_stored(rows: Any, names: Collection[str]) -> dict[str, Any] | None:
    if _column_names(rows.model).issuperset(names):
        values: dict[str, Any] | None = rows.values(*names).first()
        return values
    user = rows.first()
    return None if user is None else {name: getattr(user, name) for name in names}


def _find_events(
    before: dict[str, Any], user: Any, update_fields: Collection[str] | None
) -> Iterator[Reason]:
    password = before.get("password", user.password)
    if password != user.password and not is_password_upgrade(password, user, update_fields):
        yield Reason.PASSWORD_CHANGE
    if before.get("is_active", user.is_active) != user.is_active and _may_have_tokens(user):
        yield Reason.DEACTIVATION


def _may_have_tokens(user: Any) -> bool:
    """Return ``False`` if ``user`` is activated for the first time."""
    # A later activation revokes tokens too, in case the deactivation sent no signal.
    return not user.is_active or getattr(user, "last_login", None) is not None


_save_receivers = ModelReceivers(
    has_user_row, [(pre_save, collect_events), (post_save, revoke_tokens)]
)
# Not for models that inherit from the user model: their deletion sends a signal for the user too.
_delete_receivers = ModelReceivers(is_user_model, [(pre_delete, revoke_tokens_of_deleted)])
