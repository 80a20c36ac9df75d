"""What would be decided if a token were presented: the very classes that decide are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.settings import api_settings

from token_revocation.authentication import RevocationMixin, asking
from token_revocation.tokens import is_presentable


@dataclass(frozen=True)
class Accepted:
    """A token that was accepted: whose it is, by which class, and what that class made of it."""

    user: Any
    token: Any
    by: RevocationMixin

    @property
    def scheme(self) -> str:
        """The scheme under which it is presented: ``Bearer``, ``Token``."""
        return _scheme(self.by)


def present(
    raw: str, classes: Iterable[type] | None = None, *, asked_by: Request | None = None
) -> Accepted | None:
    """Who a request that carries ``raw`` would be from; ``None`` if it would be refused.

    ``classes`` are those of ``DEFAULT_AUTHENTICATION_CLASSES`` unless given; the ones that ask
    the store count. ``asked_by`` is the request that wants to know. Raises :class:`~token_revocation.exceptions.RevocationUnavailable`.
    """
    if not is_presentable(raw):
        return None
    asked: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES if classes is None else classes
    with asking(asked_by or _request("")):
        return next(filter(None, _answers(raw, asked)), None)


def _answers(raw: str, classes: Iterable[type]) -> Iterator[Accepted | None]:
    authenticators = [c() for c in classes if issubclass(c, RevocationMixin)]
    for scheme in dict.fromkeys(map(_scheme, authenticators)):
        # As in a request, the first class that knows the scheme has the last word.
        with suppress(AuthenticationFailed):
            yield _first(authenticators, _request(f"{scheme} {raw}"))


def _first(authenticators: Iterable[RevocationMixin], request: Request) -> Accepted | None:
    asked = ((each, each.authenticate(request)) for each in authenticators)
    return next((Accepted(*found, each) for each, found in asked if found is not None), None)


class _OwnRequest(HttpRequest):
    """Nobody sent it, so its host is nobody's word that ``ALLOWED_HOSTS`` would have to confirm."""

    def get_host(self) -> str:
        return str(self.META["SERVER_NAME"])


def _request(authorization: str) -> Request:
    request = _OwnRequest()
    request.method = "GET"
    request.META = {
        "HTTP_AUTHORIZATION": authorization,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
    }
    return Request(request)


def _scheme(authenticator: RevocationMixin) -> str:
    return (authenticator.authenticate_header(_request("")) or "").partition(" ")[0]
