"""What we sign: JWTs by PyJWT alone, with the key that ``SIGNING_JWK`` is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import jwt
from django.core.exceptions import ImproperlyConfigured

from token_revocation.conf import settings


def sign(claims: Mapping[str, Any], *, typ: str) -> str:
    """``claims`` and our ``iss`` and ``iat``, signed with ``SIGNING_JWK``.

    Raises :class:`~django.core.exceptions.ImproperlyConfigured` without a key or an issuer.
    """
    key = _key()
    headers = {"typ": typ} | ({"kid": key.key_id} if key.key_id else {})
    issued = {"iss": settings.ISSUER, "iat": int(time.time()), **claims}
    return jwt.encode(issued, key, headers=headers)


def algorithm() -> str:
    """The ``alg`` of what we sign (RFC 7518, section 3.1). Raises as :func:`sign`."""
    return str(_key().algorithm_name)


def _key() -> jwt.PyJWK:
    if not settings.SIGNING_JWK or not settings.ISSUER:
        raise ImproperlyConfigured("Set SIGNING_JWK and ISSUER of TOKEN_REVOCATION.")
    return jwt.PyJWK.from_dict(dict(settings.SIGNING_JWK))
