"""Whether tokens and grants are accepted, and the limits of their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from oauth2_provider.models import get_refresh_token_model
from oauth2_provider.settings import oauth2_settings

from token_revocation._observed_uses import observe_use
from token_revocation._session_lifetime import get_session_end, has_session_ended
from token_revocation.clock import aware, now
from token_revocation.conf import settings
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.exceptions import TokenExpired
from token_revocation.services._transactions import run_first_possible
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store

adapter = OAuth2ProviderAdapter()


def is_active(token: Any, *, sender: Any) -> bool:
    """Return whether the user of ``token`` is active, and the token neither old nor revoked."""
    if not getattr(token.user, "is_active", True):
        return False
    ref = adapter.identify(token)
    if has_session_ended(ref):
        return False
    if get_store().is_revoked(ref):
        revoked_token_used.send_robust(sender, token=ref, request=None)
        return False
    observe_use(ref, None)
    return True


def is_idle(refresh_token: Any) -> bool:
    """Return whether the session was not used within ``SESSION_IDLE_TIMEOUT``."""
    if not apps.is_installed("token_revocation.sessions"):
        return False
    # Models of an app that may not be installed.
    from token_revocation.sessions._idle import check_not_idle

    try:
        check_not_idle(adapter.identify(refresh_token))
    except TokenExpired:
        return True
    return False


def record_refresh(issued: Any) -> None:
    """Record the current refresh token of a session, and with it when the session ends."""
    is_refresh_token = isinstance(issued, get_refresh_token_model())
    if not (is_refresh_token and apps.is_installed("token_revocation.sessions")):
        return
    # Models of an app that may not be installed.
    from token_revocation.sessions._rotation import replace_current

    run_first_possible(partial(replace_current, adapter.identify(issued)))


def limit_expiry(token: Any, request: Any, granted_at: datetime | None) -> None:
    """Let a new access token expire no later than its session, in row and response."""
    if request.grant_type == "client_credentials":
        return  # No user has logged in.
    current = now()
    end = get_session_end(aware(granted_at) if granted_at else current)
    idle: timedelta | None = settings.SESSION_IDLE_TIMEOUT
    limits = [end - current if end else None, idle]
    seconds = [int(limit.total_seconds()) for limit in limits if limit is not None]
    if seconds:
        default = oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS
        token["expires_in"] = min(token.get("expires_in", default), *seconds)
