"""What this package stores in a session about its login."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth import SESSION_KEY

from token_revocation.clock import from_timestamp, now

DATA_KEY = "_token_revocation"


class LoginRecord(NamedTuple):
    """The login of a session. Without a ``login_time`` it was before the installation."""

    user_pk: Any
    identifier: str
    login_time: datetime | None
    renewed_at: datetime | None


def has_user(session: Any) -> bool:
    """Return whether a user is logged in to ``session``."""
    return session.get(SESSION_KEY) is not None


def read(session: Any) -> LoginRecord | None:
    """Return the login of ``session``, or ``None`` if no user is logged in."""
    stored_pk = session.get(SESSION_KEY)
    if stored_pk is None:
        return None
    data = _get_data(session)
    login_time = from_timestamp(data.get("auth_time"))
    return LoginRecord(
        user_pk=_get_pk_field(settings.AUTH_USER_MODEL).to_python(stored_pk),
        identifier=data.get("sid") or _digest_key(session),
        login_time=login_time,
        renewed_at=from_timestamp(data.get("renewed_at")) if login_time else None,
    )


def get_identifier(session: Any) -> str:
    """Return the random identifier of the login.

    A session of before the installation has none, and is identified by a digest of its key.
    """
    return _get_data(session).get("sid") or _digest_key(session)


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


def _digest_key(session: Any) -> str:
    return sha256(str(session.session_key).encode()).hexdigest()


@lru_cache(maxsize=4)
def _get_pk_field(user_model: str) -> Any:
    return apps.get_model(user_model)._meta.pk


def _get_data(session: Any) -> Mapping[str, Any]:
    data = session.get(DATA_KEY)
    return data if isinstance(data, dict) else {}
