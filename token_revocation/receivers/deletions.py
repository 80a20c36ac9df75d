"""Rows of tokens that other code deletes: a package's own logout, an admin, a bulk delete."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.core.signals import setting_changed
from django.db.models.signals import pre_delete

from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.models import Reason
from token_revocation.services.deleting import is_deleting


def connect() -> None:
    """Listen to the models of the adapters in use, and to others if the settings change."""
    _listen(setting="TOKEN_REVOCATION")
    setting_changed.connect(_listen)


def record(*, sender: type[Any], instance: Any, origin: Any, **kwargs: Any) -> None:
    """Record a row that is about to go, while the revocation can still be told to forget a user."""
    if is_deleting():  # Identifying a row may take a query.
        return
    label = sender._meta.label
    adapter = next((a for a in get_adapters().values() if label in a.stored_in), None)
    if adapter is not None:
        services.record_deletion(adapter.identify(instance), reason=_reason(origin))


def _reason(origin: Any) -> Reason:
    """Whether it was the user, or users, whose deletion takes the row along."""
    model = getattr(origin, "model", type(origin))
    return Reason.DELETION if issubclass(model, get_user_model()) else Reason.DELETED


def _listen(*, setting: str, **kwargs: Any) -> None:
    if setting != "TOKEN_REVOCATION":
        return
    with suppress(ImportError, AttributeError):  # If ADAPTERS is wrong, the checks say so.
        for label in [label for a in get_adapters().values() for label in a.stored_in]:
            pre_delete.connect(record, sender=label)
