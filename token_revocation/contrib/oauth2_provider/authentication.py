"""The authentication class for OAuth Toolkit's tokens."""

from __future__ import annotations

from collections.abc import Container
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from typing import Any

from oauth2_provider.contrib.rest_framework.authentication import OAuth2Authentication

from token_revocation._context_variables import set_in_block
from token_revocation._token_lookups import TokenLookupMixin
from token_revocation.authentication import presented_token
from token_revocation.contrib.oauth2_provider._storage import checksum
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import deleted_token_ref, is_presentable

_is_check_deferred: ContextVar[bool] = ContextVar("token_revocation_check_deferred", default=False)


DEFAULT_METHOD = OAuth2Authentication.authenticate


def is_token_in_url(headers: Container[str], query: Container[str]) -> bool:
    """Return whether a request with these headers and parameters has its token in the URL."""
    # Without a header, oauthlib takes the token from the URL, where it does not belong (RFC 9700,
    # section 4.3.2).
    return "Authorization" not in headers and "access_token" in query


def is_check_deferred() -> bool:
    """Return whether the authentication class will check the token after validation."""
    return _is_check_deferred.get()


def defer_check() -> AbstractContextManager[None]:
    """Let the validator leave the revocation check to the authentication class."""
    return set_in_block(_is_check_deferred, True)


class _CachedTokenAuthentication(OAuth2Authentication):  # type: ignore[misc]
    """OAuth Toolkit's class that caches tokens, and reports a deleted one as revoked."""

    adapter: OAuth2ProviderAdapter

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        if request is None:
            return None
        authenticate = super().authenticate
        is_default = getattr(authenticate, "__func__", None) is DEFAULT_METHOD
        token = _tokens().find_cached(self.adapter, request) if is_default else None
        if token is not None:
            return token.user, token
        if not _has_usable_token(request):
            return None
        with defer_check():
            result: tuple[Any, Any] | None = authenticate(request)
        if result is None:
            _reject_deleted_if_revoked(request)
        elif is_default:
            _tokens().cache_accepted(self.adapter, request, result[1])
        return result


class RevocableOAuth2Authentication(TokenLookupMixin, _CachedTokenAuthentication):
    """OAuth Toolkit's ``OAuth2Authentication`` that rejects revoked tokens."""

    adapter = OAuth2ProviderAdapter()

    def get_presented_token(self, request: Any) -> str:
        return presented_token(request)


@cache
def _tokens() -> Any:
    # Models are loaded after the authentication classes.
    return import_module("token_revocation.contrib.oauth2_provider._cached_tokens")


def _reject_deleted_if_revoked(request: Any) -> None:
    raw = presented_token(request)
    if not is_presentable(raw):
        return
    ref = deleted_token_ref(OAuth2ProviderAdapter.kind, checksum(raw))
    if get_store().is_revoked(ref):
        request.oauth2_error = {}  # Otherwise the challenge would contain two errors.
        raise TokenRevoked(ref)


def _has_usable_token(request: Any) -> bool:
    """Return whether the token of ``request`` is not in the URL, and can be revoked."""
    if is_token_in_url(request.headers, request.GET):
        return False
    raw = presented_token(request)
    return not raw or is_presentable(raw)
