"""Sessions of allauth: identifier, user and time of login."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import SESSION_KEY

from token_revocation.adapters import get_adapters
from token_revocation.clock import database_now, now
from token_revocation.contrib.sessions import SessionAdapter, _login_record
from token_revocation.services._transactions import database_errors

BROWSER_CLAIM = "browser_sid"
"""Claim with the identifier of the browser session, which is the same login."""

RENEWALS = 10
"""How often the lifetime of a session begins anew before it would end."""

LOGIN_TIME = "token_revocation_auth_time"
REFRESH_TOKENS = "headless_refresh_tokens"
"""Session key under which allauth stores the valid refresh tokens."""


def hash_session_key(session_key: str) -> str:
    """Return the identifier of a session.

    The session key is a credential, so it is not stored.
    """
    return sha256(session_key.encode()).hexdigest()


def get_user_id(session: Any) -> str | None:
    """Return the primary key of the user who is logged in, or ``None``."""
    pk = session.get(SESSION_KEY)
    return None if pk is None else str(pk)


def store_login_time(session: Any) -> None:
    """Store the current time in ``session``, from the clock of the database.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(None) as alias:
        session[LOGIN_TIME] = database_now(alias).timestamp()


def get_login_time(session: Any) -> datetime | None:
    """Return the time of the login (UTC), or ``None`` if it was not stored."""
    return to_datetime(session.get(LOGIN_TIME))


def get_browser_session(session: Any) -> str | None:
    """Return the identifier of ``session`` as a token of ``contrib.sessions``, if that is in use."""
    if SessionAdapter.kind not in get_adapters() or not _login_record.get_login_time(session):
        return None
    return _login_record.get_identifier(session)


def renew(session: Any) -> None:
    """Record that ``session`` lives on, as allauth saves it at each refresh.

    ``contrib.sessions`` would end it with the lifetime that began at its login.
    """
    identifier = get_browser_session(session)
    renewed_at = _login_record.get_renewal_time(session)
    if not identifier or not renewed_at:
        return
    # One refresh of many writes the session twice.
    if now() - renewed_at > timedelta(seconds=session.get_expiry_age()) / RENEWALS:
        _login_record.renew(session, identifier)
        session.save()


def get_claims(session: Any) -> dict[str, Any]:
    """Return the claims of an access token: login time and browser session, if known."""
    claims = {"auth_time": session.get(LOGIN_TIME), BROWSER_CLAIM: get_browser_session(session)}
    return {name: value for name, value in claims.items() if value is not None}


def has_tokens(session: Any) -> bool:
    """Return whether an app holds tokens of ``session``."""
    return LOGIN_TIME in session or REFRESH_TOKENS in session


def to_datetime(seconds: Any) -> datetime | None:
    """Convert seconds since the epoch to a time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
