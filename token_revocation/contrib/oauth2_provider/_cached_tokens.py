"""Access tokens that OAuth Toolkit has accepted in an earlier request."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import router
from oauth2_provider.models import AbstractApplication, get_access_token_model
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.settings import oauth2_settings
from oauthlib import oauth2, openid
from oauthlib.common import INVALID_HEX_PATTERN

from token_revocation._token_lookups import set_lookup
from token_revocation._token_sources import TokenSource
from token_revocation.contrib.oauth2_provider._queries import pop_read
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator
from token_revocation.stores._token_query import has_default_queries

VALIDATOR_METHODS = ("validate_bearer_token", "_load_access_token")
SERVERS = (oauth2.Server, openid.Server)


def find_cached(adapter: OAuth2ProviderAdapter, request: Any) -> Any:
    """Return the token of ``request`` if it is cached and valid, or ``None``."""
    raw, source = _get_bearer_token(request), _get_source(adapter)
    found = source.find_cached(raw) if raw and source is not None else None
    # OAuth Toolkit reads an expired token again: its row may have changed.
    if found is None or not found[0].is_valid([]):
        return None
    token, ref, needs_check = found
    set_lookup(token, ref, needs_check=needs_check)
    return token


def cache_accepted(adapter: OAuth2ProviderAdapter, request: Any, token: Any) -> None:
    """Cache the token of ``request``, if OAuth Toolkit would accept it in every request."""
    raw, source, read = (
        _get_bearer_token(request),
        _get_source(adapter),
        pop_read(token),
    )
    if not raw or source is None or read is None or _depends_on_request(token):
        return
    is_default = type(adapter).identify is OAuth2ProviderAdapter.identify
    ref = adapter.identify(token) if is_default else None
    set_lookup(token, ref, needs_check=True)
    if token.user is None or token.user.is_active:
        source.cache(raw, read, ref)


def _get_bearer_token(request: Any) -> str:
    """Return the token in the header, or ``""`` if OAuth Toolkit must parse the request."""
    meta = request.META
    scheme, _, raw = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    query = meta.get("QUERY_STRING")
    if scheme.lower() != "bearer":
        return ""
    if query and (INVALID_HEX_PATTERN.search(query) or "access_token" in request.GET):
        return ""
    return str(raw)


def _get_source(adapter: OAuth2ProviderAdapter) -> TokenSource | None:
    """Return where tokens are looked up, or ``None`` if code of the project does it."""
    model, settings = get_access_token_model(), oauth2_settings
    classes = (
        settings.OAUTH2_VALIDATOR_CLASS,
        settings.OAUTH2_SERVER_CLASS,
        settings.OAUTH2_BACKEND_CLASS,
    )
    if not has_default_queries(model._default_manager) or not _are_default(*classes):
        return None
    return TokenSource(model, router.db_for_write(model), adapter, classes)


@lru_cache(maxsize=16)
def _are_default(validator: Any, server: Any, backend: Any) -> bool:
    """Return whether these classes look up and accept a token in the default way."""
    is_validator_default = all(
        getattr(validator, name) is getattr(RevocableOAuth2Validator, name)
        for name in VALIDATOR_METHODS
    )
    return is_validator_default and server in SERVERS and backend is OAuthLibCore


def _depends_on_request(token: Any) -> bool:
    """Return whether ``token`` is accepted by some URLs or requests only."""
    application = token.application
    # RFC 8707 (resource), and a hook of swapped models of applications.
    return bool(token.resource) or (
        application is not None and type(application).is_usable is not AbstractApplication.is_usable
    )
