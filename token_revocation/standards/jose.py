"""Verification of JWTs that trusted issuers sign, with PyJWT."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import jwt
from django.core.signals import setting_changed

from token_revocation._checks.trusted_issuers import KEY_TYPES
from token_revocation.clock import from_timestamp
from token_revocation.conf import settings
from token_revocation.standards._key_sets import fetch_keys, find_key, parse_key_set

LEEWAY_SECONDS = 30
"""Clock difference to an issuer that is tolerated."""

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Algorithms accepted by default: no MAC, and never ``none`` (RFC 8725, section 3.1)."""

NUMERIC_DATES = ("exp", "nbf", "iat", "auth_time", "toe")
"""Claims with a NumericDate (RFC 7519, section 4.1; RFC 8417, section 2.2)."""

UNSUPPORTED_HEADERS = ("crit", "b64")
"""Headers that change the meaning of a JWT. None is supported, so a JWT with one is rejected
(RFC 7515, section 4.1.11; RFC 7797, section 6). PyJWT 2.10 ignores them."""


class InvalidJWT(Exception):
    """A JWT is not accepted.

    Attributes:
        err: Error code of RFC 8935, section 2.4.
        description: Explanation for the issuer.
    """

    def __init__(self, err: str, description: str) -> None:
        super().__init__(description)
        self.err = err
        self.description = description


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """An issuer whose JWTs are accepted: an entry of ``TRUSTED_ISSUERS``.

    Attributes:
        issuer: The ``iss`` of its JWTs.
        audience: The ``aud`` that its JWTs must have, or several of which one must match.
        jwks: Its keys as a JWK Set (RFC 7517).
        jwks_uri: URL of its JWK Set, used without ``jwks`` and cached for five minutes.
        algorithms: The signature algorithms it may use.
        subject_field: Lookup on the user model for its ``sub``, such as ``socialaccount__uid``.
        status_lists: URL prefixes of its status lists.
        users: Filter on the user model: the users whose tokens it may revoke.
    """

    issuer: str
    audience: str | Sequence[str]
    jwks: Mapping[str, Any] | None = field(default=None, repr=False)
    jwks_uri: str = ""
    algorithms: Sequence[str] = ALGORITHMS
    subject_field: str = ""
    status_lists: Sequence[str] = ()
    users: Mapping[str, Any] = field(default_factory=dict)

    def key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        """Return the key that ``header`` names, or the only one if it names none.

        Raises:
            InvalidJWT: The algorithm is not accepted, or there is no such key.
            RevocationUnavailable: The keys could not be fetched.
        """
        algorithm, kid = str(header.get("alg")), header.get("kid")
        if algorithm not in self.algorithms or algorithm not in KEY_TYPES:
            raise InvalidJWT("authentication_failed", "The algorithm is not accepted.")
        keys = parse_key_set(self.jwks) if self.jwks is not None else fetch_keys(self.jwks_uri, kid)
        key = find_key(keys or (), algorithm=algorithm, kid=kid)
        if key is None:
            raise InvalidJWT("invalid_key", "The key is unknown.")
        return key


@dataclass(frozen=True, kw_only=True)
class VerifiedJWT:
    """A JWT whose signature, audience and validity period were verified."""

    issuer: Issuer
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def date(self, claim: str) -> datetime | None:
        """Return the NumericDate in ``claim`` (UTC), or ``None`` if the claim is missing."""
        return from_timestamp(self.claims.get(claim))


def verify(
    raw: str,
    *,
    types: Collection[str],
    required: Collection[str] = ("iss", "aud", "iat", "jti"),
) -> VerifiedJWT:
    """Verify a JWT of an issuer in ``TRUSTED_ISSUERS``.

    Args:
        raw: The encoded JWT.
        types: Accepted values of the header ``typ``, without ``application/`` (RFC 8725,
            section 3.11); ``""`` accepts a JWT without the header.
        required: Claims that must be present.

    Raises:
        InvalidJWT: The JWT is not accepted.
        RevocationUnavailable: The keys of the issuer could not be fetched.
    """
    _header, claims = _decode_unverified(raw)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in trusted_issuers():
        raise InvalidJWT("invalid_issuer", "The issuer is not trusted.")
    return verify_by(trusted_issuers()[issuer], raw, types=types, required=required)


def verify_by(
    issuer: Issuer, raw: str, *, types: Collection[str], required: Collection[str]
) -> VerifiedJWT:
    """Verify a JWT that must be signed by ``issuer``.

    The claims ``aud`` and ``iss`` are checked if they are ``required``. Further arguments and
    exceptions are those of :func:`verify`.
    """
    header, _claims = _decode_unverified(raw)
    if _media_type(header.get("typ", "")) not in types:
        raise InvalidJWT("invalid_request", "The token type is not accepted.")
    if any(name in header for name in UNSUPPORTED_HEADERS):
        raise InvalidJWT("invalid_request", "A header extension is not supported.")
    claims = _decode(raw, issuer, issuer.key(header), required)
    if not all(from_timestamp(claims[name]) for name in NUMERIC_DATES if name in claims):
        raise InvalidJWT("authentication_failed", "A time claim is invalid.")
    return VerifiedJWT(issuer=issuer, header=header, claims=claims)


@cache
def trusted_issuers() -> Mapping[str, Issuer]:
    """Return the entries of ``TRUSTED_ISSUERS`` by issuer."""
    entries = [Issuer(**entry) for entry in settings.TRUSTED_ISSUERS]
    return {issuer.issuer: issuer for issuer in entries}


def _decode_unverified(raw: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return header and payload without verification."""
    try:
        claims = jwt.decode(raw, options={"verify_signature": False})
        return jwt.get_unverified_header(raw), claims
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise InvalidJWT("invalid_request", "The token cannot be parsed.") from None


def _decode(raw: str, issuer: Issuer, key: jwt.PyJWK, required: Collection[str]) -> dict[str, Any]:
    options: Any = {"require": list(required), "verify_aud": "aud" in required}
    try:
        return jwt.decode(
            raw,
            key,
            algorithms=[key.algorithm_name],
            audience=issuer.audience,
            issuer=issuer.issuer if "iss" in required else None,
            leeway=LEEWAY_SECONDS,
            options=options,
        )
    except (jwt.InvalidAudienceError, jwt.MissingRequiredClaimError) as error:
        raise _invalid_claim(error) from None
    except (jwt.PyJWTError, OverflowError, RecursionError, TypeError, ValueError):
        raise InvalidJWT(
            "authentication_failed", "The signature or a time claim is invalid."
        ) from None


def _invalid_claim(error: Exception) -> InvalidJWT:
    if isinstance(error, jwt.MissingRequiredClaimError) and error.claim != "aud":
        return InvalidJWT("invalid_request", f"The claim {error.claim} is missing.")
    return InvalidJWT("invalid_audience", "The token is for another audience.")


def _media_type(typ: object) -> str:
    return str(typ).lower().removeprefix("application/")


def _clear_cache(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        trusted_issuers.cache_clear()


setting_changed.connect(_clear_cache)
