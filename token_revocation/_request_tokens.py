"""The tokens in a request: in headers, the body and cookies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from token_revocation.authentication import RevocationMixin, current_token, presented_token
from token_revocation.conf import settings
from token_revocation.exceptions import InvalidRequest
from token_revocation.services import resolve
from token_revocation.tokens import TokenRef

EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"

# The body is malformed, in another format, too long, or nested too deeply.
UNREADABLE = (InvalidRequest, ParseError, UnsupportedMediaType, SuspiciousOperation, RecursionError)


def get_request_tokens(request: Request) -> Iterator[TokenRef]:
    """Yield the authentic tokens in ``request``, including expired and revoked ones.

    These are the token that authenticated the request, or else those that its authentication
    classes read; ``refresh`` in the body; and the cookies in ``TOKEN_COOKIES``.
    """
    current = current_token(request)
    if current is not None:
        yield current
    presented = [] if current is not None else _presented_tokens(request)
    for raw in (*presented, _in_body(request), *_in_cookies(request)):
        token = resolve(raw)
        if token is not None:
            yield token


def get_request_user(request: Request) -> Any:
    """Return the user who is authenticated by a token; ``None`` for a machine client.

    If the authentication class returns another kind of user, the token identifies the user.
    """
    user, token = request.user, current_token(request)
    if token is None or isinstance(user, get_user_model()):
        return user if getattr(user, "is_authenticated", False) else None
    subject = token.subject("user")
    return None if subject is None else Account(subject.id)


@dataclass(frozen=True)
class Account:
    """A user of whom only the primary key is known."""

    pk: str


def clear_token_cookies(response: HttpResponse) -> None:
    """Delete the cookies in ``TOKEN_COOKIES`` from the client."""
    # A client deletes a cookie only if name, path and domain match, and a secure cookie only by a
    # secure one (RFC 6265bis, section 5.7). So each is set with its own attributes.
    for name, attributes in settings.TOKEN_COOKIES.items():
        response.set_cookie(name, max_age=0, expires=EPOCH, **attributes)


def parameter(data: Any, name: str) -> str:
    """Return the value of a parameter, by default ``""`` (RFC 6749, section 3.2).

    Raises ``InvalidRequest`` if it is repeated or not a string.
    """
    values = data.getlist(name, [""]) if hasattr(data, "getlist") else [_member(data, name)]
    if len(values) != 1 or not isinstance(values[0], str):
        raise InvalidRequest(f"The parameter {name} must be one string.")
    return values[0]


def _member(data: Any, name: str) -> Any:
    return data.get(name, "") if isinstance(data, dict) else None


def _presented_tokens(request: Request) -> Iterable[str]:
    """Return the tokens where the authentication classes of the view look."""
    authenticators = (a for a in request.authenticators or () if isinstance(a, RevocationMixin))
    return dict.fromkeys(
        [presented_token(request), *(a.get_presented_token(request) for a in authenticators)]
    )


def _in_body(request: Request) -> str:
    try:
        return parameter(request.data, "refresh")
    except UNREADABLE:
        return ""  # The other tokens can still be revoked.


def _in_cookies(request: Request) -> Iterator[str]:
    return (request.COOKIES.get(name, "") for name in settings.TOKEN_COOKIES)
