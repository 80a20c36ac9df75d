"""The session of a request, which is checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from token_revocation._observed_lifetimes import observe_lifetime
from token_revocation._observed_uses import observe_use
from token_revocation._session_lifetime import has_session_ended
from token_revocation.adapters import get_adapters
from token_revocation.authentication import token_of
from token_revocation.clock import now
from token_revocation.contrib.sessions import _login_record
from token_revocation.contrib.sessions._flushes import set_ended
from token_revocation.contrib.sessions.adapter import SessionAdapter
from token_revocation.exceptions import (
    NotRevocable,
    RevocationUnavailable,
    TokenExpired,
    TokenRejected,
    TokenRevoked,
)
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef

STATE_ATTRIBUTE = "_token_revocation_session"
UNAVAILABLE_ATTRIBUTE = "_token_revocation_unavailable"

CACHED_USERS = ("_cached_user", "_acached_user")
"""Attributes in which Django's ``AuthenticationMiddleware`` caches the user."""

adapter = SessionAdapter()


@dataclass(frozen=True)
class CheckedSession:
    """The session of a request, and why it is rejected, if it is."""

    token: TokenRef
    rejection: TokenRejected | None = None


def get_checked(request: Any) -> CheckedSession | None:
    """Return the session of Django's ``request`` if it was checked."""
    # allauth replaces the session of a request for a while.
    session = getattr(request, "session", None)
    checked: CheckedSession
    for each, checked in vars(request).get(STATE_ATTRIBUTE, ()):
        if each is session:
            return checked
    return None


def set_checked(request: Any, checked: CheckedSession) -> None:
    """Store the result of a check, or of a login, on Django's ``request``."""
    # Models are loaded after the authentication classes.
    from token_revocation.services._exemptions import exempt_session

    session = request.session
    others = (each for each in vars(request).get(STATE_ATTRIBUTE, ()) if each[0] is not session)
    vars(request)[STATE_ATTRIBUTE] = ((session, checked), *others)
    if checked.rejection is None:
        exempt_session(checked.token)
        _set_token(request, checked.token)


def _set_token(request: Any, token: TokenRef) -> None:
    """Let ``token_of(request)`` return the session, unless an API token authenticated it."""
    known = token_of(request)
    if adapter.kind in get_adapters() and (known is None or known.kind == adapter.kind):
        request.revocable_token = token


def is_accepted(request: Any) -> bool:
    """Return whether the user of ``request`` is accepted, and end a rejected session.

    Users who were not authenticated by a session are accepted.

    Raises:
        RevocationUnavailable: The revocation state could not be read.
    """
    checked = get_checked(request)  # First, as a rejected session has no user any more.
    if checked is None:
        try:
            checked = CheckedSession(*_check(request))
        except NotRevocable:  # No user is logged in to the session.
            return True
        set_checked(request, checked)
        if checked.rejection is not None:
            _end_rejected(request, checked)
        else:
            observe_use(checked.token, request)
    return checked.rejection is None


def renew(request: Any) -> None:
    """Record that the accepted session of ``request`` is about to be saved."""
    checked, session = get_checked(request), request.session
    if checked is None or checked.rejection is not None or not _login_record.has_user(session):
        return
    if not _is_same(session, checked.token):
        return
    _login_record.renew(session, checked.token.identifier)
    # The view may have set another expiry.
    observe_lifetime(adapter, adapter.identify(session))


def _is_same(session: Any, token: TokenRef) -> bool:
    """Return whether ``session`` is the one of ``token``, possibly with another key."""
    current = adapter.identify(session)
    has_same_user = current.subject("user") == token.subject("user")
    is_old = current.issued_at is None and token.issued_at is None
    return has_same_user and (is_old or current.identifier == token.identifier)


def _check(request: Any) -> tuple[TokenRef, TokenRejected | None]:
    token = adapter.identify(request.session)
    if token.is_expired(now(), adapter.leeway) or has_session_ended(token):
        return token, TokenExpired(token)
    try:
        if get_store().is_revoked(token):
            return token, TokenRevoked(token)
    except RevocationUnavailable:
        # Some callers, such as ``{% if %}`` of templates, suppress exceptions.
        vars(request)[UNAVAILABLE_ATTRIBUTE] = True
        raise
    observe_lifetime(adapter, token)
    return token, None


def _end_rejected(request: Any, checked: CheckedSession) -> None:
    # As Django does with a session from before a password change. Otherwise a login of the same
    # user would keep the key of this session, which a thief may know.
    set_ended(request.session)
    request.session.flush()
    for name in CACHED_USERS:  # A login in this request would make them valid again.
        vars(request).pop(name, None)
    if isinstance(checked.rejection, TokenRevoked):
        checked.rejection.is_reported = True
        revoked_token_used.send_robust(SessionAdapter, token=checked.token, request=request)
