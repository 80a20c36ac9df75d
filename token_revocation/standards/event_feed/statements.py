"""One event as a signed token (RFC 8417), in the words of CAEP 1.0 and RFC 9493."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from token_revocation.adapters import get_adapters
from token_revocation.conf import settings
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.standards.event_feed.positions import Event
from token_revocation.standards.signing import sign

SESSION_REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"

JWT_KIND = "simplejwt"

INITIATORS: Mapping[str, str] = {
    Reason.LOGOUT: "user",
    Reason.LOGOUT_ALL: "user",
    Reason.REVOKED: "user",
    Reason.ADMIN: "admin",
}


def statement(event: Event, audience: str) -> str:
    """The event, signed for one receiver. It holds nothing that could be used as a token."""
    position, fact = event
    claims = {"jti": position.jti, "aud": audience, "sub_id": subject_of(fact)}
    return sign({**claims, "events": {SESSION_REVOKED: _details(fact)}}, typ="secevent+jwt")


def subject_of(fact: Any) -> dict[str, Any]:
    """Whom or what the fact is about: one token, or every token of a subject."""
    return _token(fact) if isinstance(fact, RevokedToken) else _cut_off(fact)


def _token(fact: RevokedToken) -> dict[str, Any]:
    if fact.kind == JWT_KIND:
        adapter = get_adapters().get(fact.kind)
        issuer = adapter.issuer if adapter else ""
        return {"format": "jwt_id", "iss": issuer or settings.ISSUER, "jti": fact.identifier}
    return _opaque(f"{fact.kind}:{fact.identifier}")


def _cut_off(fact: TokenCutoff) -> dict[str, Any]:
    user = {"format": "iss_sub", "iss": settings.ISSUER, "sub": fact.subject_id}
    members = {"session": "session", "client": "application"}
    if fact.subject_type == "user":
        return user
    member = members.get(fact.subject_type, "tenant")
    return {"format": "complex", member: _opaque(fact.subject_id or settings.ISSUER)}


def _opaque(name: str) -> dict[str, Any]:
    return {"format": "opaque", "id": name}


def _details(fact: Any) -> dict[str, Any]:
    """``event_timestamp`` is the moment up to which tokens are refused, with microseconds.

    ``except`` is the key of a token or session that a cutoff spares (``TokenRef.key``).
    """
    kept = getattr(fact, "kept", None)
    moment = fact.not_before if isinstance(fact, TokenCutoff) else fact.revoked_at
    return {
        "event_timestamp": moment.timestamp(),
        "initiating_entity": INITIATORS.get(fact.reason, "system"),
        **({"except": str(kept)} if kept else {}),
    }
