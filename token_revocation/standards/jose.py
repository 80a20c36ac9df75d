"""Signed statements: JWTs that others sign for us, verified by PyJWT alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from django.core.signals import setting_changed

from token_revocation.conf import settings
from token_revocation.exceptions import RevocationUnavailable

LEEWAY = 30
"""Seconds by which the clock of another party may differ from ours."""

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""What an issuer may sign with unless told otherwise: no MAC, and never ``none`` (RFC 8725, 3.1)."""


MOMENTS = ("exp", "nbf", "iat")

LAST_MOMENT = 2**53
"""Beyond it JSON has no whole numbers of its own (RFC 8259, section 6)."""


class Refused(Exception):
    """A statement we do not accept; ``err`` is a code of RFC 8935, section 2.4."""

    def __init__(self, err: str, description: str) -> None:
        super().__init__(description)
        self.err = err
        self.description = description


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """A party whose statements we accept, as an entry of ``TRUSTED_ISSUERS`` describes it.

    Its keys are given (``jwks``, RFC 7517) or fetched from ``jwks_uri`` and kept for five minutes.
    It can end the tokens of the users that match ``users``, and knows them by the ``sub`` that
    stands in ``subject_field`` of the user model (a lookup, such as ``socialaccount__uid``). Its
    status lists have addresses that begin with one of ``status_lists``.
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
        """The key that the header names; the only one where it names none.

        Raises :class:`Refused`, and :class:`RevocationUnavailable` if the keys cannot be fetched.
        """
        kid = header.get("kid")
        keys = self._given(kid) if self.jwks is not None else _fetched(self.jwks_uri, kid)
        if len(keys) != 1:
            raise Refused("invalid_key", "The key is unknown.")
        return keys[0]

    def _given(self, kid: str | None) -> list[jwt.PyJWK]:
        keys = jwt.PyJWKSet.from_dict(dict(self.jwks or {})).keys
        return [key for key in keys if kid is None or key.key_id == kid]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What an issuer said: authentic, for us, and in time."""

    issuer: Issuer
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def verify(
    raw: str,
    *,
    types: Collection[str],
    required: Collection[str] = ("iss", "aud", "iat", "jti"),
) -> Statement:
    """The statement that ``raw`` is, by an issuer in ``TRUSTED_ISSUERS``.

    ``types`` are the values that the header ``typ`` may have, without ``application/`` (RFC 8725,
    section 3.11); ``""`` among them lets it be absent. Raises :class:`Refused`, and
    :class:`RevocationUnavailable` if the keys of the issuer cannot be had.
    """
    _header, claims = _announced(raw)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or issuer not in trusted_issuers():
        raise Refused("invalid_issuer", "The issuer is not one of ours.")
    return verify_by(trusted_issuers()[issuer], raw, types=types, required=required)


def verify_by(
    issuer: Issuer, raw: str, *, types: Collection[str], required: Collection[str]
) -> Statement:
    """As :func:`verify`, for a statement that only ``issuer`` can have made.

    Its audience is checked if ``aud`` is among the ``required`` claims.
    """
    header, _claims = _announced(raw)
    if _media_type(header.get("typ", "")) not in types:
        raise Refused("invalid_request", "The type of the token is another.")
    claims = _decoded(raw, issuer, issuer.key(header), required)
    if not all(_is_moment(claims[name]) for name in MOMENTS if name in claims):
        raise Refused("authentication_failed", "A time is not valid.")
    return Statement(issuer=issuer, header=header, claims=claims)


@cache
def trusted_issuers() -> Mapping[str, Issuer]:
    """``TRUSTED_ISSUERS``, by issuer."""
    entries = [Issuer(**entry) for entry in settings.TRUSTED_ISSUERS]
    return {issuer.issuer: issuer for issuer in entries}


def _announced(raw: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The header and the payload, neither of them verified yet."""
    try:
        claims = jwt.decode(raw, options={"verify_signature": False})
        return jwt.get_unverified_header(raw), claims
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Refused("invalid_request", "The token cannot be parsed.") from None


def _decoded(raw: str, issuer: Issuer, key: jwt.PyJWK, required: Collection[str]) -> dict[str, Any]:
    options: Any = {"require": list(required), "verify_aud": "aud" in required}
    try:
        return jwt.decode(
            raw,
            key,
            algorithms=list(issuer.algorithms),
            audience=issuer.audience,
            issuer=issuer.issuer if "iss" in required else None,
            leeway=LEEWAY,
            options=options,
        )
    except (jwt.InvalidAudienceError, jwt.MissingRequiredClaimError) as error:
        raise _refusal(error) from None
    except (jwt.PyJWTError, OverflowError, TypeError, ValueError):
        raise Refused("authentication_failed", "The signature or a time is not valid.") from None


def _is_moment(claim: object) -> bool:
    """Whether it is a NumericDate (RFC 7519, section 2) that can be reckoned with.

    PyJWT lets pass what Python makes a number of, such as a string of digits.
    """
    return (
        isinstance(claim, int | float) and not isinstance(claim, bool) and abs(claim) < LAST_MOMENT
    )


def _refusal(error: Exception) -> Refused:
    if isinstance(error, jwt.MissingRequiredClaimError) and error.claim != "aud":
        return Refused("invalid_request", f"The claim {error.claim} is missing.")
    return Refused("invalid_audience", "The token is for somebody else.")


def _media_type(typ: object) -> str:
    return str(typ).lower().removeprefix("application/")


@cache
def _client(uri: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(uri, timeout=5)


def _fetched(uri: str, kid: str | None) -> list[jwt.PyJWK]:
    """The key; asked for anew, at most every 30 seconds, if it is not among those we have."""
    try:
        return [_client(uri).get_signing_key(kid)] if kid else _client(uri).get_signing_keys()
    except jwt.PyJWKClientConnectionError as error:
        raise RevocationUnavailable from error
    except jwt.PyJWTError:
        return []


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        trusted_issuers.cache_clear()
        _client.cache_clear()


setting_changed.connect(_forget)
