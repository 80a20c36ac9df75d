"""The gate: a mixin in front of any authentication class of Django REST framework."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import Error
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.exceptions import (
    NotRevocable,
    RevocationUnavailable,
    TokenExpired,
    TokenRefused,
    TokenRevoked,
    TokenUnidentified,
)
from token_revocation.signals import ACCEPTED, revoked_token_used, token_checked
from token_revocation.stores import get_store
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

_asked_by: ContextVar[Request | None] = ContextVar("token_revocation_asked_by", default=None)


@contextmanager
def asking(request: Request) -> Iterator[None]:
    """In this block ``request`` only asks what would be decided: it carries no token to be counted.

    To ask about a revoked token is a use of it all the same, as somebody has presented it there.
    """
    before = _asked_by.set(request)
    try:
        yield
    finally:
        _asked_by.reset(before)


class RevocationMixin(BaseAuthentication):
    """Refuses a revoked token that the class behind it accepts.

    Put it before the class that validates the token and name the adapter of its kind::

        class RevocableTokenAuthentication(RevocationMixin, TokenAuthentication):
            adapter = AuthTokenAdapter()

    Validation comes first, so a forged token never reaches the store. Raises
    :class:`TokenRevoked` (401), or :class:`RevocationUnavailable` (503) when neither that class
    nor the store can reach a database.
    """

    adapter: TokenAdapter

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """As in the class behind; a credential that is not its own is still ``None``."""
        try:
            result = super().authenticate(request)
            if result is not None:
                self.refuse_if_ended(request, *result)
        except APIException as refusal:
            self._tell(refusal, request)
            raise
        except Error as error:
            # Without its message, in which a database may quote the token it was asked for.
            logger.error("The database of the tokens failed: %s", type(error).__name__)
            self._count(RevocationUnavailable.default_code, request)
            raise RevocationUnavailable from error
        if result is not None:
            self._count(ACCEPTED, request)
        return result

    def refuse_if_ended(self, request: Request, user: Any, token: Any) -> None:
        """Raise if the account of ``user`` is not active, or ``token`` expired or revoked."""
        if not getattr(user, "is_active", True):
            raise AuthenticationFailed(_("User inactive or deleted."), code="user_inactive")
        ref = self._identify(token)
        if ref.expires_at and ref.is_expired(now(), self.adapter.leeway):
            raise TokenExpired(ref)
        if self.is_revoked(token, ref):
            raise TokenRevoked(ref)
        # On Django's request, where code finds it that does not know of DRF's.
        django_request: Any = getattr(request, "_request", request)
        django_request.revocable_token = ref

    def is_revoked(self, token: Any, ref: TokenRef) -> bool:
        """What the store in use says of ``ref``, the reference of ``token``.

        To be extended by a class that has asked already, in the query that read ``token``.
        """
        return get_store().is_revoked(ref)

    def _count(self, answer: str, request: Request) -> None:
        if _asked_by.get() is None:
            token_checked.send_robust(type(self), answer=answer, request=request)

    def _tell(self, refusal: APIException, request: Request) -> None:
        """The client how to authenticate, and whoever listens why it has not."""
        if isinstance(refusal, TokenRefused):
            refusal.challenge_by(self.authenticate_header(request))
        if isinstance(refusal, TokenRevoked) and refusal.token:
            by = _asked_by.get() or request
            revoked_token_used.send_robust(type(self), token=refusal.token, request=by)
        self._count(refusal.default_code, request)

    def _identify(self, token: Any) -> TokenRef:
        try:
            return self.adapter.identify(token)
        except NotRevocable as error:
            raise TokenUnidentified from error

    def presented(self, request: Request) -> str:
        """The token that ``request`` carries where this class looks, unverified, or ``""``."""
        return presented_token(request)


def current_token(request: Request) -> TokenRef | None:
    """The token that authenticated ``request``; ``None`` if none of ours did."""
    authenticator = request.successful_authenticator
    if not isinstance(authenticator, RevocationMixin):
        return None
    return authenticator.adapter.identify(request.auth)


def token_of(request: HttpRequest | Request) -> TokenRef | None:
    """As :func:`current_token`, also for Django's request that DRF has made its own of.

    Authenticates nobody: it is ``None`` until Django REST framework has.
    """
    return getattr(request, "revocable_token", None)


def presented_token(request: Request) -> str:
    """What stands behind the scheme in the ``Authorization`` header, unverified, or ``""``."""
    parts = get_authorization_header(request).split()
    return parts[1].decode("latin-1") if len(parts) == 2 else ""


def presented_tokens(request: Request) -> Iterable[str]:
    """What ``request`` carries in that header, and where the classes of its view look."""
    ours = (a for a in request.authenticators or () if isinstance(a, RevocationMixin))
    return dict.fromkeys([presented_token(request), *(a.presented(request) for a in ours)])
