"""The issuer, whose signature all tokens, lists and events need."""

from __future__ import annotations

from typing import Any

import jwt

LEEWAY_SECONDS = 5


class Issuer:
    """The server at ``origin``, which publishes its keys at ``/jwks.json``."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._keys = jwt.PyJWKClient(f"{origin}/jwks.json", timeout=5)

    def verify(
        self, raw: str, *, typ: str, required: list[str], audience: str | None = None
    ) -> dict[str, Any]:
        """Return the claims of ``raw``.

        Raise :class:`jwt.PyJWTError` if it is not authentic.

        ``typ`` prevents the use of one kind of statement as another (RFC 8725, section 3.11).
        """
        if str(jwt.get_unverified_header(raw).get("typ", "")).lower() != typ:
            raise jwt.InvalidTokenError("Unexpected type.")
        (key,) = self._keys.get_signing_keys()
        return jwt.decode(
            raw,
            key,
            algorithms=["ES256"],
            issuer=self.origin,
            audience=audience,
            leeway=LEEWAY_SECONDS,
            options={"require": required, "verify_aud": audience is not None},
        )

    def access_token(self, raw: str) -> dict[str, Any]:
        """Return the claims of an access token."""
        claims = self.verify(raw, typ="jwt", required=["iss", "exp", "jti"])
        if claims.get("token_type") != "access":
            raise jwt.InvalidTokenError("Not an access token.")
        return claims
