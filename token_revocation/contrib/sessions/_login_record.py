"""What this package stores in a session about its login."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.contrib.auth import SESSION_KEY, get_user_model

from token_revocation.clock import from_timestamp, now

DATA_KEY = "_token_revocation"


def has_user(session: Any) -> bool:
    """Return whether a user is logged in to ``session``."""
    return session.get(SESSION_KEY) is not None


def get_user_pk(session: Any) -> Any:
    """Return the primary key of the user who is logged in."""
    field: Any = get_user_model()._meta.pk
    return field.to_python(session[SESSION_KEY])


def get_identifier(session: Any) -> str:
    """Return the random identifier of the login.

    A session of before the installation has none, and is identified by a digest of its key.
    """
    identifier: str = _get_data(session).get("sid") or ""
    return identifier or sha256(str(session.session_key).encode()).hexdigest()


def get_login_time(session: Any) -> datetime | None:
    """Return the time of the login, or ``None`` if it was before the installation."""
    return from_timestamp(_get_data(session).get("auth_time"))


def get_renewal_time(session: Any) -> datetime | None:
    """Return when the session was last saved by a request that read its user."""
    return from_timestamp(_get_data(session).get("renewed_at"))


def start(session: Any, login_time: datetime) -> None:
    """Store a new identifier and the time of the login in ``session``."""
    seconds = login_time.timestamp()
    session[DATA_KEY] = {"sid": str(uuid4()), "auth_time": seconds, "renewed_at": seconds}


def renew(session: Any, identifier: str) -> None:
    """Store that ``session`` lives for its whole lifetime from now on.

    A session of before the installation keeps its ``identifier`` when its key changes.
    """
    session[DATA_KEY] = {
        **_get_data(session),
        "sid": identifier,
        "renewed_at": now().timestamp(),
    }


def _get_data(session: Any) -> Mapping[str, Any]:
    data = session.get(DATA_KEY)
    return data if isinstance(data, dict) else {}
