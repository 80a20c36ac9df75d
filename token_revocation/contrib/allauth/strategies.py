"""allauth's token strategies, which reject revoked tokens."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.base.response import UnauthorizedResponse
from allauth.headless.tokens.strategies.base import AbstractTokenStrategy
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.auth import logout
from django.views.decorators.debug import sensitive_variables

from token_revocation._context_variables import set_in_block
from token_revocation._error_reports import protect_reports
from token_revocation._observed_uses import observe_use
from token_revocation._session_lifetime import has_session_ended
from token_revocation.contrib.allauth import _sessions
from token_revocation.contrib.allauth._unavailable import build_rejection, respond_if_unavailable
from token_revocation.contrib.allauth.adapter import AllauthAdapter
from token_revocation.exceptions import AccountChanged, TooManySessions
from token_revocation.services import lock_user
from token_revocation.services._issue import announce_login
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.signals import revoked_token_used
from token_revocation.stores import get_store

adapter = AllauthAdapter()

_session: ContextVar[Any] = ContextVar("token_revocation_allauth_session")


class RevocableSessionsMixin(AbstractTokenStrategy):  # type: ignore[misc]
    """Mixin that rejects revoked session tokens.

    List it before a token strategy of allauth.

    The time of each login is stored in its session, so that a cutoff revokes only earlier logins.
    """

    def get_session_token(self, request: Any) -> str | None:
        """Return the session token of a request, whose data error reports then hide."""
        # allauth calls this at the beginning of each request of an app.
        protect_reports(request)
        token: str | None = super().get_session_token(request)
        return token

    @sensitive_variables()
    def create_access_token_payload(self, request: Any) -> dict[str, Any] | None:
        """Store the time of the login, and return the payload of allauth.

        Raises:
            ImmediateHttpResponse: The account has changed since it was authenticated (401), or
                the user has ``MAX_SESSIONS`` sessions already (403).
            RevocationUnavailable: The database failed.
        """
        # allauth calls this once for each login of an app.
        try:
            with respond_if_unavailable():
                _store_login_time(request)
        except AccountChanged:
            logout(request)
            raise ImmediateHttpResponse(UnauthorizedResponse(request)) from None
        except TooManySessions as error:
            logout(request)
            raise ImmediateHttpResponse(build_rejection(request, error)) from None
        payload: dict[str, Any] | None = super().create_access_token_payload(request)
        return payload

    @sensitive_variables()
    def lookup_session(self, session_token: str) -> Any:
        """Return the session of a valid session token, or ``None``."""
        session = super().lookup_session(session_token)
        if session is None or _sessions.get_user_id(session) is None:
            return session  # The login is not complete yet.
        return None if is_revoked(session) else session


class RevocableSessionTokenStrategy(RevocableSessionsMixin, SessionTokenStrategy):  # type: ignore[misc]
    """allauth's ``SessionTokenStrategy``, which rejects revoked tokens.

    Set ``HEADLESS_TOKEN_STRATEGY`` to it.
    """


class RevocableJWTTokenStrategy(RevocableSessionsMixin, JWTTokenStrategy):  # type: ignore[misc]
    """allauth's ``JWTTokenStrategy``, which rejects revoked tokens.

    Set ``HEADLESS_TOKEN_STRATEGY`` to it. Access tokens get the claim ``auth_time``. A cutoff
    therefore also revokes a token that a concurrent refresh issues.
    """

    @sensitive_variables()
    def create_access_token(self, request: Any) -> str | None:
        """Return an access token with the time of the login of the session."""
        with set_in_block(_session, request.session):
            token: str | None = super().create_access_token(request)
        return token

    def get_claims(self, user: Any) -> dict[str, Any]:
        """Return additional claims. Overrides must include those returned here."""
        return {**super().get_claims(user), **_sessions.get_claims(_session.get({}))}

    @sensitive_variables()
    def refresh_token(self, refresh_token: str) -> Any:
        """Return new tokens, or ``None`` if the token, its session or user was revoked."""
        validated = internal.validate_refresh_token(refresh_token)
        if validated is None:
            return None
        _user, session, payload = validated
        # A refresh token has no auth_time, but its session has.
        claims = _sessions.get_claims(session)
        if is_revoked(session) or is_revoked({**payload, **claims}):
            return None
        _sessions.renew(session)
        with set_in_block(_session, session):
            return super().refresh_token(refresh_token)

    @sensitive_variables()
    def _get_access_token(self, request: Any) -> Any:
        payload = super()._get_access_token(request)
        return None if payload is None or is_revoked(payload) else payload


@retry_on_deadlock
def _store_login_time(request: Any) -> None:
    """Store the current time in the session, if the account has not changed."""
    with atomic_write(None), lock_user(request.user):
        _sessions.store_login_time(request.session)
        # The login to the browser session has been announced.
        if request.session.session_key and not _sessions.get_browser_session(request.session):
            token = adapter.identify(request.session)
            announce_login(token, request.user, sender=type(request.session))


def is_revoked(token: Any) -> bool:
    """Return whether a session, or the token with this payload, is rejected."""
    ref = adapter.identify(token)
    if has_session_ended(ref):
        return True
    with respond_if_unavailable():
        if not get_store().is_revoked(ref):
            observe_use(ref, None)
            return False
    revoked_token_used.send_robust(RevocableSessionsMixin, token=ref, request=None)
    return True
