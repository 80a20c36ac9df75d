"""Receivers of the logins and logouts of Django."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out

from token_revocation.adapters import get_adapters
from token_revocation.authentication import token_of
from token_revocation.contrib.sessions import _flushes, _login_record
from token_revocation.contrib.sessions._requests import adapter


def connect() -> None:
    """Connect to the signals of ``login()`` and ``logout()`` of ``django.contrib.auth``."""
    user_logged_in.connect(start_session, dispatch_uid="token_revocation.sessions")
    user_logged_out.connect(end_session, dispatch_uid="token_revocation.sessions")


def start_session(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Give the session of a login an identifier and the time of the login.

    If that fails, or if the user has too many sessions, the session is ended.
    """
    # Models are loaded after the authentication classes.
    from token_revocation.contrib.sessions import _logins

    session: Any = getattr(request, "session", None)
    # A login by a token does not modify the session. Reading it would add ``Vary: Cookie``.
    if adapter.kind not in get_adapters() or not getattr(session, "modified", False):
        return
    if session.get(SESSION_KEY) == user._meta.pk.value_to_string(user):
        _change_kept_key(request)
        try:
            _logins.start_session(getattr(request, "_request", request), user)
        except Exception:
            session.flush()
            raise


def end_session(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Revoke the session that is logged out, of which a client may keep a copy."""
    # Models are loaded after the authentication classes.
    from token_revocation import services
    from token_revocation.models import Reason

    session = getattr(request, "session", None)
    if session is None or adapter.kind not in get_adapters() or not _login_record.has_user(session):
        return
    _flushes.set_ended(session)
    token, known = adapter.identify(session), token_of(request)
    if known is None or known.key != token.key:  # That one is revoked by _receivers/logout.py.
        services.log_out(token, reason=Reason.LOGOUT, revoked_by=user)


def _change_kept_key(request: Any) -> None:
    """Change the session key if the login has kept it, as for a second login of a user."""
    # The session may have been revoked, because its key was stolen.
    session = request.session
    cookie = getattr(request, "COOKIES", {}).get(settings.SESSION_COOKIE_NAME)
    if session.session_key and (session.session_key == cookie or _login_record.DATA_KEY in session):
        session.cycle_key()
