"""The gate for tokens of OAuth Toolkit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from oauth2_provider.contrib.rest_framework.authentication import OAuth2Authentication

from token_revocation.authentication import RevocationMixin, presented_token
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.contrib.oauth2_provider.stored import checksum
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import is_presentable, remains

_asked_later: ContextVar[bool] = ContextVar("token_revocation_asked_later", default=False)


def is_asked_later() -> bool:
    """Whether a class of ours asks about the token that is being validated."""
    return _asked_later.get()


@contextmanager
def asking_later() -> Iterator[None]:
    """Have our validator leave the question to the caller."""
    before = _asked_later.set(True)
    try:
        yield
    finally:
        _asked_later.reset(before)


class _ToldApart(OAuth2Authentication):  # type: ignore[misc]
    """OAuth Toolkit's, and a token that was ended is told from one that never was."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        with asking_later():
            result: tuple[Any, Any] | None = super().authenticate(request)
        if result is None and request is not None:
            _refuse_if_it_was_ended(request)
        return result


class RevocableOAuth2Authentication(RevocationMixin, _ToldApart):
    """OAuth Toolkit's ``OAuth2Authentication``, and a token that was ended stays ended."""

    adapter = OAuth2ProviderAdapter()

    def presented(self, request: Any) -> str:
        return _presented(request)


def _refuse_if_it_was_ended(request: Any) -> None:
    raw = _presented(request)
    if not is_presentable(raw):
        return
    gone = remains(OAuth2ProviderAdapter.kind, checksum(raw))
    if get_store().is_revoked(gone):
        request.oauth2_error = {}  # Its words would stand in the challenge twice.
        raise TokenRevoked(gone)


def _presented(request: Any) -> str:
    """Where oauthlib looks: the header, or else the parameter ``access_token``."""
    in_header = presented_token(request)
    return in_header or str(request.GET.get("access_token", ""))
