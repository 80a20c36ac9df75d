"""Events as signed security event tokens (RFC 8417, CAEP 1.0, RFC 9493)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from token_revocation.adapters import get_adapters
from token_revocation.conf import settings
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.standards._signatures import sign
from token_revocation.standards.event_feed._cursor import Event
from token_revocation.standards.jose import trusted_issuers
from token_revocation.tokens import token_key

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"

JWT_KIND = "simplejwt"

INITIATORS: Mapping[str, str] = {
    Reason.LOGOUT: "user",
    Reason.LOGOUT_ALL: "user",
    Reason.REVOKED: "user",
    Reason.ADMIN: "admin",
}


def event_token(event: Event, audience: str) -> str:
    """Return the event as a JWT for one receiver, without any credential."""
    position, row = event
    claims = {"jti": position.jti, "aud": audience, "sub_id": subject_identifier(row)}
    return sign({**claims, "events": {SESSION_REVOKED: _event_details(row)}}, typ="secevent+jwt")


def subject_identifier(row: RevokedToken | TokenCutoff) -> dict[str, Any]:
    """Return the subject identifier of a revoked token, or of the subject of a cutoff."""
    return _token_subject(row) if isinstance(row, RevokedToken) else _cutoff_subject(row)


def _token_subject(row: RevokedToken) -> dict[str, Any]:
    issuer = _find_issuer(row) if row.kind == JWT_KIND else None
    if issuer is not None:
        return {"format": "jwt_id", "iss": issuer, "jti": row.identifier}
    return _opaque(f"{row.kind}:{row.identifier}")


def _find_issuer(row: RevokedToken) -> str | None:
    """Return the issuer of a JWT, or ``None`` if it is not known here."""
    # The row has no issuer, but its key is derived from it. A JWT without "iss" is our own.
    adapter = get_adapters().get(row.kind)
    own_issuer = adapter.issuer if adapter else ""
    for issuer in (own_issuer, "", settings.ISSUER, *trusted_issuers()):
        if token_key(row.kind, row.identifier, issuer) == row.key:
            return issuer or own_issuer or settings.ISSUER
    return None


def _cutoff_subject(row: TokenCutoff) -> dict[str, Any]:
    user = {"format": "iss_sub", "iss": settings.ISSUER, "sub": row.subject_id}
    members = {"session": "session", "client": "application"}
    if row.subject_type == "user":
        return user
    member = members.get(row.subject_type, "tenant")
    return {"format": "complex", member: _opaque(row.subject_id or settings.ISSUER)}


def _opaque(name: str) -> dict[str, Any]:
    return {"format": "opaque", "id": name}


def _event_details(row: Any) -> dict[str, Any]:
    """Return the members of a CAEP event, and ``except`` for what a cutoff keeps.

    ``event_timestamp`` is the time of the revocation, or the cutoff of the subject, in seconds
    with microseconds (UTC). ``except`` is a ``TokenRef.key``.
    """
    kept = getattr(row, "kept", None)
    time = row.not_before if isinstance(row, TokenCutoff) else row.revoked_at
    return {
        "event_timestamp": time.timestamp(),
        "initiating_entity": INITIATORS.get(row.reason, "system"),
        **({"except": str(kept)} if kept else {}),
    }
