"""Test accounts, the tokens that a login issues, and attempts to use them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

PASSWORD = "correct horse 9"
NEW_PASSWORD = "a b staple 7"

_numbers = count()


@dataclass
class Account:
    """A new user, and the password that they log in with."""

    username: str = field(default_factory=lambda: f"user{next(_numbers)}")
    password: str = PASSWORD
    user: Any = None
    pk: Any = None

    def __post_init__(self) -> None:
        from django.contrib.auth import get_user_model

        create = get_user_model().objects.create_user
        self.user = create(self.username, f"{self.username}@example.com", self.password)
        self.pk = self.user.pk

    @property
    def credentials(self) -> dict[str, str]:
        return {"username": self.username, "password": self.password}

    @property
    def is_active(self) -> bool:
        """Whether the user exists and may log in."""
        return bool(type(self.user).objects.filter(pk=self.pk, is_active=True).exists())

    def current_user(self) -> Any:
        """Return the user as stored now."""
        return type(self.user).objects.get(pk=self.pk)


@dataclass(frozen=True, kw_only=True)
class IssuedTokens:
    """The tokens and sessions that a client has after a login."""

    scheme: str = "Bearer"
    access: str = ""
    refresh: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """What only some packages issue: a session, a code, an ID token."""
    is_of_user: bool = True
    """Whether they authenticate a user; a client credentials grant has none."""
    earlier: tuple[IssuedTokens, ...] = ()
    """What was exchanged for these tokens."""

    @property
    def all(self) -> tuple[IssuedTokens, ...]:
        return (self, *self.earlier)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """The response of an entry point."""

    is_accepted: bool
    text: str
    minted: IssuedTokens | None = None
    """The tokens that it issued."""


def client(tokens: IssuedTokens | None = None, **options: Any) -> Any:
    """Make an API client that sends the access token in the header."""
    from rest_framework.test import APIClient

    api_client = APIClient(raise_request_exception=False, **options)
    if tokens is not None and tokens.access:
        api_client.credentials(HTTP_AUTHORIZATION=f"{tokens.scheme} {tokens.access}")
    return api_client


def post(
    path: str, body: Any, tokens: IssuedTokens | None = None, expected: int = 200, **more: Any
) -> Any:
    """Post JSON, require the ``expected`` status, and return the body."""
    response = client(tokens).post(path, body, format="json", **more)
    assert response.status_code == expected, (path, response.status_code, response.content[:500])
    return response.json() if response.content else {}


def attempt(response: Any, parse: Any = None) -> Attempt:
    """Describe ``response``; ``parse`` returns the tokens in the body of a success."""
    if response.status_code >= 300:
        return Attempt(is_accepted=False, text=_rejection(response))
    minted = parse(response.json()) if parse is not None else None
    return Attempt(is_accepted=True, text=str(response.status_code), minted=minted)


def _rejection(response: Any) -> str:
    is_json = "json" in response.get("Content-Type", "")
    body = response.json() if is_json else {}
    code = body.get("code") or body.get("error") if isinstance(body, dict) else None
    return f"{response.status_code} `{code}`" if code else str(response.status_code)


def exchange_tokens(
    entry_point: Callable[[IssuedTokens], Attempt | None], tokens: IssuedTokens
) -> IssuedTokens:
    """Exchange ``tokens`` at an entry point; the result keeps them as ``earlier``."""
    result = entry_point(tokens)
    minted = result.minted if result is not None else None
    assert minted is not None, result
    return replace(minted, earlier=(tokens, *tokens.earlier))
