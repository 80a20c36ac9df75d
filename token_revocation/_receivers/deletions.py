"""Recording of stored tokens that other code deletes."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.db.models.signals import pre_delete

from token_revocation._receivers.deletion_buffer import get_buffer
from token_revocation._receivers.watched_models import (
    ModelReceivers,
    find_adapter,
    is_token_model,
    is_user_model,
)
from token_revocation.models import Reason
from token_revocation.services._stored_tokens import is_service_deletion


def connect() -> None:
    """Connect to the token models, again when settings change."""
    _receivers.connect()
    setting_changed.connect(_reconnect)


def buffer_token(
    *, sender: type[Any], instance: Any, using: str, origin: Any, **kwargs: Any
) -> None:
    """Buffer a token that is about to be deleted, so that many are recorded together."""
    adapter = None if is_service_deletion() else find_adapter(sender)
    if adapter is not None:
        get_buffer(using).add_token(instance, adapter, _reason(origin))


def _reason(origin: Any) -> Reason:
    """Return the reason: the deletion of the user, or of the token alone."""
    model = getattr(origin, "model", type(origin))
    return Reason.DELETION if is_user_model(model) else Reason.DELETED


def _reconnect(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _receivers.reconnect()


_receivers = ModelReceivers(is_token_model, [(pre_delete, buffer_token)])
