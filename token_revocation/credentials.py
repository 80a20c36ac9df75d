"""What a client has: tokens in a header, in the body, and in cookies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from token_revocation.authentication import current_token, presented_tokens
from token_revocation.conf import settings
from token_revocation.exceptions import InvalidRequest
from token_revocation.services import read
from token_revocation.tokens import TokenRef

LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"

# Malformed, in another format, too long, or too deep.
UNREADABLE = (InvalidRequest, ParseError, UnsupportedMediaType, SuspiciousOperation, RecursionError)


def tokens_of(request: Request) -> Iterator[TokenRef]:
    """Every authentic token in ``request``, be it expired or revoked.

    The one that authenticated it, or else what stands where the classes of the view look;
    ``refresh`` in the body; and the cookies that ``TOKEN_COOKIES`` names.
    """
    current = current_token(request)
    if current is not None:
        yield current
    presented = [] if current is not None else presented_tokens(request)
    for raw in (*presented, _in_body(request), *_in_cookies(request)):
        token = read(raw)
        if token is not None:
            yield token


def clear_token_cookies(response: HttpResponse) -> None:
    """Have the client forget the cookies that ``TOKEN_COOKIES`` names.

    It compares name, path and domain, and leaves a secure cookie alone unless the new one is
    secure too (RFC 6265bis, section 5.7), so each is set once more with its own attributes.
    """
    for name, attributes in settings.TOKEN_COOKIES.items():
        response.set_cookie(name, max_age=0, expires=LONG_AGO, **attributes)


def parameter(data: Any, name: str) -> str:
    """The only value of a parameter; ``""`` if it has none (RFC 6749, section 3.2)."""
    values = data.getlist(name, [""]) if hasattr(data, "getlist") else [_member(data, name)]
    if len(values) != 1 or not isinstance(values[0], str):
        raise InvalidRequest(f"The parameter {name} must be one string.")
    return values[0]


def _member(data: Any, name: str) -> Any:
    return data.get(name, "") if isinstance(data, dict) else None


def _in_body(request: Request) -> str:
    try:
        return parameter(request.data, "refresh")
    except UNREADABLE:
        return ""  # Whatever the body holds, the other tokens can be ended.


def _in_cookies(request: Request) -> Iterator[str]:
    return (request.COOKIES.get(name, "") for name in settings.TOKEN_COOKIES)
