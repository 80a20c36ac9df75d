"""A statement counts once: its ``jti`` is recorded like that of a revoked token, and purged with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from token_revocation import services
from token_revocation.standards.jose import LEEWAY, Refused, Statement
from token_revocation.tokens import TokenRef

KIND = "statement"
MEMORY = timedelta(days=30)
"""How long a statement without an expiry is remembered; an older one is not accepted any more."""


def consume(statement: Statement) -> bool:
    """Whether this is the first time; of concurrent calls one gets ``True``.

    Call it in the transaction that does what the statement asks. Raises
    :class:`~token_revocation.standards.jose.Refused` if it is too old to know.
    """
    claims = statement.claims
    until = _moment(claims["exp"]) if "exp" in claims else _moment(claims["iat"]) + MEMORY
    token = TokenRef(
        kind=KIND,
        issuer=statement.issuer.issuer,
        identifier=str(claims["jti"]),
        expires_at=until + timedelta(seconds=LEEWAY),
    )
    if token.is_expired(datetime.now(UTC)):
        raise Refused("invalid_request", "The token is too old.")
    return services.revoke(token, reason="consumed")


def _moment(seconds: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (OverflowError, OSError, ValueError):
        raise Refused("invalid_request", "A time is out of range.") from None
