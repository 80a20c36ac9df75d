"""knox, with more and more tokens a user."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial

from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import create_token_string, hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from benchmarks.contestants.base import Contestant
from benchmarks.people import people


@cache
def knox_headers(each: int) -> list[str]:
    """The header of one token of each user, who has ``each`` of them."""
    pairs = [(user, create_token_string()) for user in people(f"knox-{each}-") for _ in range(each)]
    AuthToken.objects.bulk_create(stored(user, raw) for user, raw in pairs)
    return [f"Token {raw}" for _, raw in pairs[::each]]


def stored(user: object, raw: str) -> AuthToken:
    return AuthToken(
        user=user,
        digest=hash_token(raw),
        token_key=raw[: CONSTANTS.TOKEN_KEY_LENGTH],
        expiry=timezone.now() + timedelta(days=1),
    )


CONTESTANTS = [
    Contestant(
        name=f"knox, {each} a user",
        authentication=TokenAuthentication,
        issue=partial(knox_headers, each),
        served=each == 1,
    )
    for each in (1, 10, 100)
]
