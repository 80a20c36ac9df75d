"""Authentication of a raw token by the project's classes, without a request."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from asgiref.sync import async_to_sync
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.settings import api_settings

from token_revocation._authentication_attempts import on_behalf_of
from token_revocation.authentication import RevocationMixin
from token_revocation.tokens import is_presentable


@dataclass(frozen=True)
class AuthenticatedToken:
    """The result of an authentication class that accepted a token."""

    user: Any
    token: Any
    authenticator: RevocationMixin

    @property
    def scheme(self) -> str:
        """The authentication scheme of the token: ``Bearer``, ``Token``."""
        return _scheme(self.authenticator)


def authenticate_token(
    raw: str, classes: Iterable[type] | None = None, *, request: Request | None = None
) -> AuthenticatedToken | None:
    """Authenticate ``raw`` as a request with it would; ``None`` if it is rejected.

    Args:
        raw: The token as a client sends it.
        classes: Authentication classes, by default ``DEFAULT_AUTHENTICATION_CLASSES``. Only those
            that check revocations count.
        request: The request on whose behalf the token is checked; signals are sent with it.

    Raises:
        RevocationUnavailable: The revocation state could not be read.
    """
    if not is_presentable(raw):
        return None
    chosen: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES if classes is None else classes
    with on_behalf_of(request or _build_request("")):
        return next(filter(None, _authenticate_by_scheme(raw, chosen)), None)


def _authenticate_by_scheme(
    raw: str, classes: Iterable[type]
) -> Iterator[AuthenticatedToken | None]:
    authenticators = [c() for c in classes if issubclass(c, RevocationMixin)]
    for scheme in dict.fromkeys(map(_scheme, authenticators)):
        # As in a request, an error of one class ends the search among those of its scheme.
        with suppress(AuthenticationFailed):
            yield _first_result(authenticators, _build_request(f"{scheme} {raw}"))


def _first_result(
    authenticators: Iterable[RevocationMixin], request: Request
) -> AuthenticatedToken | None:
    results = ((each, _authenticate(each, request)) for each in authenticators)
    return next(
        (AuthenticatedToken(*result, each) for each, result in results if result is not None), None
    )


def _authenticate(authenticator: RevocationMixin, request: Request) -> tuple[Any, Any] | None:
    outcome: Any = authenticator.authenticate(request)
    result: tuple[Any, Any] | None = (
        async_to_sync(_await)(outcome) if isawaitable(outcome) else outcome
    )
    return result


async def _await(outcome: Awaitable[Any]) -> Any:
    return await outcome


class _InternalRequest(HttpRequest):
    """A request that no client sent, so ``ALLOWED_HOSTS`` does not apply to its host."""

    def get_host(self) -> str:
        return str(self.META["SERVER_NAME"])


def _build_request(authorization: str) -> Request:
    request = _InternalRequest()
    request.method = "GET"
    request.META = {
        "HTTP_AUTHORIZATION": authorization,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
    }
    return Request(request)


def _scheme(authenticator: RevocationMixin) -> str:
    return (authenticator.authenticate_header(_build_request("")) or "").partition(" ")[0]
