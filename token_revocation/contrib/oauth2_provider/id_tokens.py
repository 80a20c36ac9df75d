"""What a client presents as an ID token: OAuth Toolkit accepts it as it does an access token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jws import JWS
from oauth2_provider.settings import oauth2_settings

from token_revocation.contrib.oauth2_provider.stored import models, rows


def find(raws: Sequence[str]) -> list[Any]:
    """The rows of those of ``raws`` that are authentic, be they expired; one query at most."""
    named = {raw: _jti(raw) for raw in raws} if oauth2_settings.OIDC_ENABLED else {}
    wanted = set(named.values()) - {None}
    if not wanted:
        return []
    stored = rows(models()[2]).select_related("application").in_bulk(wanted, field_name="jti")
    authentic = {jti for raw, jti in named.items() if _has_signed(stored.get(jti), raw)}
    return [row for jti, row in stored.items() if jti in authentic]


def _jti(raw: str) -> UUID | None:
    """What ``raw`` says of itself, and nobody has verified."""
    try:
        _, body, _ = raw.split(".")
        return UUID(json.loads(base64url_decode(body))["jti"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _has_signed(row: Any, raw: str) -> bool:
    """Whether the client of ``row`` has its tokens signed by what has signed ``raw``."""
    if row is None or row.application is None:
        return False
    try:
        JWS().deserialize(raw, row.application.jwk_key)
    except (JWException, ImproperlyConfigured):
        return False
    return True
