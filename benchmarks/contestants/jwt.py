"""simplejwt: stateful, stateless, and with its own blacklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.cache import caches
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import (
    JWTAuthentication,
    JWTStatelessUserAuthentication,
)
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

from benchmarks.contestants.base import Contestant
from benchmarks.contestants.handwritten import is_redis_running
from benchmarks.contestants.jwt_keys import jwt_headers, sign_with
from benchmarks.contestants.revocable import with_store
from token_revocation.contrib.simplejwt import (
    RevocableJWTAuthentication,
    RevocableJWTStatelessUserAuthentication,
)


class BlacklistAuthentication(JWTAuthentication):
    """A check of the blacklist for access tokens, as simplejwt's for refresh tokens."""

    def get_validated_token(self, raw_token: bytes) -> Any:
        token = super().get_validated_token(raw_token)
        if BlacklistedToken.objects.filter(token__jti=token["jti"]).exists():
            raise AuthenticationFailed
        return token


class CacheAuthentication(JWTStatelessUserAuthentication):
    """A check of a shared cache, which here never holds the token, and of no cutoff."""

    def get_validated_token(self, raw_token: bytes) -> Any:
        token = super().get_validated_token(raw_token)
        if caches["redis"].get(f"revoked:{token['jti']}"):
            raise AuthenticationFailed
        return token


HANDWRITTEN = "simplejwt, stateless + cache.get(jti), Redis"

OURS = {"ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]}
CACHED = {"AUTHENTICATION_CACHE_TTL": timedelta(seconds=60)}

STATELESS = JWTStatelessUserAuthentication, RevocableJWTStatelessUserAuthentication
STATEFUL = JWTAuthentication, RevocableJWTAuthentication


def alone_and_ours(
    suffix: str, classes: tuple[type, type], stores: Sequence[str], algorithm: str = "HS256"
) -> Iterator[Contestant]:
    """Yield a class of simplejwt, and ours with each store and with cached tokens."""
    make = partial(
        Contestant,
        issue=partial(jwt_headers, algorithm),
        environment=partial(sign_with, algorithm),
    )
    alone = make(name=f"simplejwt{suffix}", authentication=classes[0], served=algorithm == "HS256")
    yield alone
    ours = partial(make, authentication=classes[1], alone=alone.name)
    for store in stores:
        settings = {**with_store(store), **OURS}
        yield ours(name=f"revocable simplejwt{suffix}, {store}", settings=settings)
    yield ours(
        name=f"revocable simplejwt{suffix}, SnapshotStore, cached",
        settings={**with_store("SnapshotStore"), **OURS, **CACHED},
        returning=True,
    )


CONTESTANTS = [
    *alone_and_ours("", STATEFUL, ["DatabaseStore", "SnapshotStore"]),
    *alone_and_ours(", stateless", STATELESS, ["SnapshotStore"]),
    *alone_and_ours(", stateless, RS256", STATELESS, ["SnapshotStore"], "RS256"),
    *alone_and_ours(", stateless, ES256", STATELESS, ["SnapshotStore"], "ES256"),
    Contestant(
        name="simplejwt, access token blacklist",
        authentication=BlacklistAuthentication,
        issue=jwt_headers,
    ),
]

if is_redis_running():
    CONTESTANTS += [
        Contestant(
            name="revocable simplejwt, stateless, CachedStore, Redis",
            authentication=RevocableJWTStatelessUserAuthentication,
            issue=jwt_headers,
            alone=HANDWRITTEN,
            settings={**with_store("CachedStore, Redis"), **OURS},
        ),
        Contestant(name=HANDWRITTEN, authentication=CacheAuthentication, issue=jwt_headers),
    ]
