"""A mixin for authentication classes, which rejects revoked tokens."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from token_revocation._authentication_attempts import (
    authenticate_and_check,
    check_active,
    is_anonymous,
    wrap_authenticate,
)
from token_revocation._authentication_signals import send_checked, send_failure
from token_revocation._observed_lifetimes import observe_lifetime
from token_revocation._observed_uses import observe_use
from token_revocation._session_lifetime import has_session_ended
from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.exceptions import (
    NotRevocable,
    TokenExpired,
    TokenMissingIdentifier,
    TokenRevoked,
)
from token_revocation.signals import ACCEPTED
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef, is_presentable

logger = logging.getLogger("token_revocation")


class RevocationMixin(BaseAuthentication):
    """Rejects revoked tokens that the next class accepts.

    Put it before the class that validates the token, and set the adapter of its kind::

        class RevocableTokenAuthentication(RevocationMixin, TokenAuthentication):
            adapter = AuthTokenAdapter()

    Tokens are validated first, so a forged token is never looked up.
    """

    adapter: TokenAdapter
    """The adapter of the kind of token that the class accepts."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        wrap_authenticate(cls, RevocationMixin, authenticate_and_check)

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Authenticate with the next class, and check the token that it accepts.

        The result of an override in a subclass is checked too, once.

        Args:
            request: The request of Django REST framework.

        Returns:
            The user and the token, or ``None`` if the request has no token of this kind.

        Raises:
            TokenRejected: The token is revoked, has expired, or has no identifier (401).
            RevocationUnavailable: A database could not be queried (503).
        """
        call = super().authenticate
        if type(self).authenticate is not RevocationMixin.authenticate:
            return authenticate_and_check(self, call, request)  # type: ignore[no-any-return]
        try:
            result = call(request)
            if result is not None and not is_anonymous(*result):
                self.check_not_revoked(request, *result)
        except Exception as error:
            self.report_failure(error, request, is_final=True)
            raise
        if result is not None:
            self.report_success(request, *result)
        return result

    def report_success(self, request: Request, user: Any, token: Any) -> None:
        """Send ``token_checked`` for an authenticated request."""
        send_checked(self, ACCEPTED, request, self, user, token)

    def report_failure(self, error: Exception, request: Request, *, is_final: bool) -> None:
        """Send the signals for a failed authentication.

        Args:
            error: The exception of the authentication.
            request: The request.
            is_final: Whether no outer call of this class reports the result.

        Raises:
            RevocationUnavailable: The error is one of a database.
        """
        send_failure(self, error, request, is_final=is_final)

    def check_not_revoked(self, request: Request, user: Any, token: Any) -> None:
        """Check ``token``, which the next class has accepted.

        Args:
            request: The request.
            user: The user that the next class has returned.
            token: The token that the next class has returned.

        Raises:
            AuthenticationFailed: The user is not active.
            TokenRejected: The token is revoked, has expired, or has no identifier.
            RevocationUnavailable: The revocation state could not be read.
        """
        check_active(user)
        ref = self._identify(token)
        is_expired = ref.is_expired(now()) and ref.is_expired(now(), self.adapter.leeway)
        if is_expired or has_session_ended(ref):
            raise TokenExpired(ref)
        if self.is_revoked(token, ref):
            raise TokenRevoked(ref)
        self._observe_lifetime(token, ref)
        # On Django's request, for code without access to DRF's.
        django_request: Any = getattr(request, "_request", request)
        django_request.revocable_token = ref
        observe_use(ref, django_request)

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        """Return whether ``token`` is revoked, by the configured store.

        A class may override it if it reads the token and its revocation in one query.

        Args:
            token: The token that the next class has returned.
            ref: The reference of the token.
        """
        return get_store().is_revoked(ref)

    def _observe_lifetime(self, token: Any, ref: TokenRef) -> None:
        observe_lifetime(self.adapter, ref)

    def _identify(self, token: Any) -> TokenRef:
        ref = self.find_ref(token)
        if ref is None:
            names = [type(each).__qualname__ for each in (self.adapter, token, self)]
            logger.error("Rejected: %s cannot identify the %s of %s.authenticate().", *names)
            raise TokenMissingIdentifier
        return ref

    def find_ref(self, token: Any) -> TokenRef | None:
        """Return the reference of ``token``, or ``None`` if it is not of this kind.

        Args:
            token: The token, as ``request.auth``; an override may also return its raw string.

        Raises:
            TokenMissingIdentifier: The token has no identifier.
        """
        try:
            return self.adapter.identify(token)
        except NotRevocable as error:
            raise TokenMissingIdentifier from error
        except (AttributeError, TypeError, KeyError):
            raw = token.decode("latin-1") if isinstance(token, bytes) else token
            is_raw = isinstance(raw, str) and is_presentable(raw)
            return self.adapter.resolve(raw) if is_raw else None

    def get_presented_token(self, request: Request) -> str:
        """Return the raw token in ``request``, unverified, or ``""``.

        Override it if the class reads another header or a cookie.

        Args:
            request: The request, possibly not authenticated.
        """
        return presented_token(request)


def current_token(request: Request) -> TokenRef | None:
    """Return the token that :class:`RevocationMixin` has accepted, or ``None``.

    Args:
        request: A request of Django REST framework.
    """
    authenticator = request.successful_authenticator
    return token_of(request) if isinstance(authenticator, RevocationMixin) else None


def token_of(request: HttpRequest | Request) -> TokenRef | None:
    """Return the token of an authenticated request, or ``None``.

    Args:
        request: A request of Django or of Django REST framework.
    """
    return getattr(request, "revocable_token", None)


def presented_token(request: Request) -> str:
    """Return the credentials in the ``Authorization`` header, unverified, or ``""``."""
    parts = get_authorization_header(request).split()
    return parts[1].decode("latin-1") if len(parts) == 2 else ""
