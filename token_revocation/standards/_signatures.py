"""Signatures of this package's own JWTs, made by PyJWT with ``SIGNING_JWK``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured

from token_revocation.conf import settings


def sign(claims: Mapping[str, Any], *, typ: str) -> str:
    """Return a JWT with ``claims``, ``iss`` and ``iat``, signed with ``SIGNING_JWK``.

    Args:
        claims: Further claims; they override ``iss`` and ``iat``.
        typ: The header ``typ``.

    Raises:
        ImproperlyConfigured: ``SIGNING_JWK`` or ``ISSUER`` is not set.
    """
    key = _key()
    headers = {"typ": typ} | ({"kid": key.key_id} if key.key_id else {})
    payload = {"iss": settings.ISSUER, "iat": int(time.time()), **claims}
    return jwt.encode(payload, key, headers=headers)


def algorithm() -> str:
    """Return the ``alg`` of ``SIGNING_JWK`` (RFC 7518, section 3.1).

    Raises:
        ImproperlyConfigured: ``SIGNING_JWK`` or ``ISSUER`` is not set.
    """
    return str(_key().algorithm_name)


def _key() -> jwt.PyJWK:
    if not settings.SIGNING_JWK or not settings.ISSUER:
        raise ImproperlyConfigured("Set SIGNING_JWK and ISSUER in TOKEN_REVOCATION.")
    return jwt.PyJWK.from_dict(dict(settings.SIGNING_JWK))
