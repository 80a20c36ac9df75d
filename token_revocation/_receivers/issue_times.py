"""Dates of stored tokens, by the clock of the database."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.db.models.signals import post_save

from token_revocation._receivers.watched_models import (
    ModelReceivers,
    find_token_adapter,
    has_token_row,
)
from token_revocation.services._issue import announce_stored_login


def connect() -> None:
    """Connect to the token models, again when settings change."""
    _receivers.connect()
    setting_changed.connect(_reconnect)


def date_token(
    *, sender: type[Any], instance: Any, created: bool, raw: bool, **kwargs: Any
) -> None:
    """Set the time of issue of a new token, whichever code creates it.

    Cutoffs use the clock of the database. If that of this host were behind, a token issued after
    a logout everywhere would be rejected; if it were ahead, an older one would be accepted.

    Raises:
        TooManySessions: It is the token of a login beyond ``MAX_SESSIONS``, and was deleted.
    """
    if not created or raw:  # A fixture has its own times.
        return
    adapter = find_token_adapter(sender)
    if adapter is not None:
        adapter.date_stored(instance)
        if adapter.stores_logins:
            announce_stored_login(adapter.identify(instance), instance, is_new=True)


def _reconnect(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        _receivers.reconnect()


_receivers = ModelReceivers(has_token_row, [(post_save, date_token)])
