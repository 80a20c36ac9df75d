"""simplejwt: stateful, stateless, and with its own blacklist."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.cache import caches
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import (
    JWTAuthentication,
    JWTStatelessUserAuthentication,
)
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks.contestants.base import Contestant
from benchmarks.contestants.handwritten import is_redis_running
from benchmarks.contestants.revocable import with_store
from benchmarks.users import users_of
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


@cache
def jwt_headers() -> list[str]:
    """Return an access token for each user that outlives the run."""
    return [f"Bearer {long_lived(user)}" for user in users_of("jwt")]


def long_lived(user: Any) -> AccessToken:
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=token.lifetime * 1000)
    return token


HANDWRITTEN = "simplejwt, stateless + cache.get(jti), Redis"

OURS = {"ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]}

CONTESTANTS = [
    *(
        Contestant(
            name=f"revocable simplejwt, {store}",
            authentication=RevocableJWTAuthentication,
            issue=jwt_headers,
            alone="simplejwt",
            settings={**with_store(store), **OURS},
        )
        for store in ("DatabaseStore", "SnapshotStore")
    ),
    Contestant(name="simplejwt", authentication=JWTAuthentication, issue=jwt_headers, served=True),
    Contestant(
        name="simplejwt, stateless",
        authentication=JWTStatelessUserAuthentication,
        issue=jwt_headers,
        served=True,
    ),
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
