"""The rows of ``token_revocation.sessions`` that belong to JWTs, if the app is installed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from rest_framework_simplejwt.tokens import AccessToken, SlidingToken

from token_revocation import services
from token_revocation.clock import database_now
from token_revocation.contrib.simplejwt._claims import RECORDED_CLAIM, has_identifier, is_recorded
from token_revocation.contrib.simplejwt._settings import SESSIONS_APP, get_setting
from token_revocation.services import Rotation
from token_revocation.services._transactions import (
    atomic_write,
    database_errors,
    retry_on_deadlock,
)
from token_revocation.tokens import TokenRef

SessionRotation = Callable[[TokenRef, Callable[[datetime], TokenRef], str], Rotation | None]


def is_installed() -> bool:
    """Return whether the app is installed."""
    return apps.is_installed(SESSIONS_APP)


def mark(token: Any) -> None:
    """Mark ``token``, and the refresh tokens that replace it, as one of a recorded session.

    An access token is not marked. No row is read when it authenticates a request.
    """
    is_access_token = token.token_type == AccessToken.token_type
    if is_installed() and not is_access_token and has_identifier(token.payload):
        token[RECORDED_CLAIM] = True


def is_replaced(token: Any, ref: TokenRef) -> bool:
    """Return whether ``token`` is a refresh token that is not the current one of its session.

    No row is read for tokens that authenticate requests.
    """
    if not is_recorded(token.payload) or _authenticates_requests(token):
        return False
    if not is_installed():
        return True
    # Models of an app that may not be installed.
    from token_revocation.sessions._rotation import is_current

    with database_errors(None) as alias:
        return not is_current(ref, alias)


def check_not_idle(ref: TokenRef) -> None:
    """Raise ``TokenExpired`` if the session was not used within ``SESSION_IDLE_TIMEOUT``."""
    if is_installed():
        from token_revocation.sessions import _idle

        _idle.check_not_idle(ref)


def get_rotation(token: Any) -> SessionRotation:
    """Return the function that rotates ``token``, in a transaction of its caller.

    Its arguments are the reference of the token, a function that returns that of the successor
    for the time of the rotation, and the database alias.
    """
    if is_installed():
        from token_revocation.sessions import _rotation

        return (
            _rotation.rotate_current if is_recorded(token.payload) else _rotation.rotate_unrecorded
        )
    return _reject if is_recorded(token.payload) else _rotate_without_row


@retry_on_deadlock
def refresh_sliding(token: Any, ref: TokenRef) -> bool:
    """Record the refresh of a sliding token; return ``False`` if it must be rejected."""
    if not is_installed():
        return not is_recorded(token.payload)
    from token_revocation.sessions import _rotation

    refresh = _rotation.refresh_session if is_recorded(token.payload) else _rotation.record_sliding
    with atomic_write(None) as alias:
        is_open = refresh(ref, using=alias)
    mark(token)
    return is_open


@retry_on_deadlock
def record_changes(recorded: TokenRef, ref: TokenRef) -> None:
    """Record that a new token was changed from ``recorded`` to ``ref``."""
    from token_revocation.sessions._rotation import replace_unused

    with atomic_write(None) as alias:
        replace_unused(recorded, ref, using=alias)


def _authenticates_requests(token: Any) -> bool:
    # simplejwt's own RefreshToken copies the mark to its access tokens.
    token_type = token.payload.get(get_setting("TOKEN_TYPE_CLAIM"))
    return token_type in {AccessToken.token_type, SlidingToken.token_type}


def _reject(token: TokenRef, successor_at: Any, using: str) -> None:
    return None


def _rotate_without_row(
    token: TokenRef, successor_at: Callable[[datetime], TokenRef], using: str
) -> Rotation | None:
    return services.rotate(token, successor_at(database_now(using)), using=using)
