"""knox, with one and with many tokens of a user."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial

from django.utils import timezone
from knox.auth import TokenAuthentication
from knox.crypto import create_token_string, hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from benchmarks.contestants.base import Contestant
from benchmarks.contestants.revocable import with_cache, with_store
from benchmarks.users import users_of
from token_revocation.contrib.knox import RevocableKnoxAuthentication


@cache
def knox_headers(each: int) -> list[str]:
    """Return the header of one token of each user, who has ``each`` tokens."""
    pairs = [
        (user, create_token_string()) for user in users_of(f"knox-{each}-") for _ in range(each)
    ]
    AuthToken.objects.bulk_create(stored(user, raw) for user, raw in pairs)
    return [f"Token {raw}" for _, raw in pairs[::each]]


def stored(user: object, raw: str) -> AuthToken:
    return AuthToken(
        user=user,
        digest=hash_token(raw),
        token_key=raw[: CONSTANTS.TOKEN_KEY_LENGTH],
        expiry=timezone.now() + timedelta(days=1),
    )


OURS = {"ADAPTERS": ["token_revocation.contrib.knox.KnoxAdapter"]}

CONTESTANTS = [
    Contestant(
        name="revocable knox, SnapshotStore, cached",
        authentication=RevocableKnoxAuthentication,
        issue=partial(knox_headers, 1),
        alone="knox, 1 a user",
        settings=with_cache(**OURS),
        returning=True,
    ),
    *(
        Contestant(
            name=f"knox, {each} a user",
            authentication=TokenAuthentication,
            issue=partial(knox_headers, each),
            served=each == 1,
        )
        for each in (1, 10, 100)
    ),
    *(
        Contestant(
            name=f"revocable knox, {each} a user, {store}",
            authentication=RevocableKnoxAuthentication,
            issue=partial(knox_headers, each),
            alone=f"knox, {each} a user",
            settings=with_store(store, **OURS),
        )
        for each in (1, 100)
        for store in ("DatabaseStore", "SnapshotStore")
    ),
]
