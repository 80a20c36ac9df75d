"""Checks that projects write by hand."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from benchmarks.contestants.base import Contestant
from benchmarks.users import authtoken_headers
from token_revocation.models import RevokedToken


class ExistsAuthentication(TokenAuthentication):
    """A check with a second query."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        result = super().authenticate_credentials(key)
        if self.is_revoked(key):
            raise AuthenticationFailed
        return result

    def is_revoked(self, key: str) -> bool:
        """A lookup of an indexed column."""
        return RevokedToken.objects.filter(identifier=key).exists()


class CacheAuthentication(ExistsAuthentication):
    """A check of a shared cache in front of the query; here it is always hit."""

    def is_revoked(self, key: str) -> bool:
        cache = caches["redis"]
        revoked = cache.get(f"revoked:{key}")
        if revoked is None:
            revoked = super().is_revoked(key)
            cache.set(f"revoked:{key}", revoked, timeout=600)
        return bool(revoked)


def is_redis_running() -> bool:
    """Return no contestant if there is no server."""
    url = urlsplit(settings.REDIS)
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((url.hostname or "", url.port or 6379)) == 0


CONTESTANTS = [
    Contestant(
        name="DRF + .exists()",
        authentication=ExistsAuthentication,
        issue=authtoken_headers,
        served=True,
    ),
]
if is_redis_running():
    CONTESTANTS += [
        Contestant(
            name="DRF + cache.get(), Redis",
            authentication=CacheAuthentication,
            issue=authtoken_headers,
            served=True,
        )
    ]
