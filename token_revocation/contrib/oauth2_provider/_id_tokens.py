"""ID tokens as credentials: OAuth Toolkit accepts them like access tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jws import JWS
from oauth2_provider.settings import oauth2_settings

from token_revocation.contrib.oauth2_provider._identity import FAMILY_ATTRIBUTE, set_family
from token_revocation.contrib.oauth2_provider._storage import models, rows

SESSION_CLAIM = "sid"
"""Claim with the family of refresh tokens (OpenID Connect Front-Channel Logout 1.0, section 3)."""


def find(raws: Sequence[str]) -> list[Any]:
    """Return the rows of authentic ID tokens, including expired ones, in one query.

    Each has the family that its ``sid`` names.
    """
    claims = {raw: _decode_unverified(raw) for raw in raws} if oauth2_settings.OIDC_ENABLED else {}
    named = {raw: _parse_uuid(payload, "jti") for raw, payload in claims.items()}
    wanted = set(named.values()) - {None}
    if not wanted:
        return []
    stored = rows(models()[2]).select_related("application").in_bulk(wanted, field_name="jti")
    found = {}
    for raw, jti in named.items():
        if jti not in found and _is_signed_for(stored.get(jti), raw):
            found[jti] = set_family(stored[jti], _parse_uuid(claims[raw], SESSION_CLAIM))
    return list(found.values())


def copy_family(row: Any, other: Any) -> Any:
    """Return ``row`` with the family of ``other``, a row from :func:`find`."""
    return set_family(row, vars(other).get(FAMILY_ATTRIBUTE))


def _decode_unverified(raw: str) -> Any:
    """Return the unverified claims of ``raw``, or ``None`` if it is malformed."""
    try:
        _, body, _ = raw.split(".")
        return json.loads(base64url_decode(body))
    except (ValueError, TypeError, RecursionError):
        return None


def _parse_uuid(claims: Any, name: str) -> UUID | None:
    try:
        return UUID(claims[name])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_signed_for(row: Any, raw: str) -> bool:
    """Return whether ``raw`` is signed with the key of the client of ``row``."""
    if row is None or row.application is None:
        return False
    try:
        JWS().deserialize(raw, row.application.jwk_key)
    except (JWException, ImproperlyConfigured, RecursionError):
        return False
    return True
