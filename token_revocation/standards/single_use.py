"""A statement counts once: its ``jti`` is recorded like that of a revoked token, and purged with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from token_revocation import services
from token_revocation.services.transactions import again_if_undone, writing
from token_revocation.standards.jose import LEEWAY, Refused, Statement
from token_revocation.tokens import TokenRef

KIND = "statement"
MEMORY = timedelta(days=30)
"""How long a statement without an expiry is remembered; an older one is not accepted any more."""


@again_if_undone
def do_once(statement: Statement, act: Callable[[], object]) -> bool:
    """Do what ``statement`` asks, unless it was done before; of concurrent calls one gets ``True``.

    The record that it was done is of the same transaction: an ``act`` that raises has not been
    done. Raises :class:`~token_revocation.standards.jose.Refused` if it is too old to know.
    """
    with writing(None):
        is_first = _consume(statement)
        if is_first:
            act()
    return is_first


def _consume(statement: Statement) -> bool:
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
