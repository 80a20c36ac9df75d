"""Replay protection: each ``jti`` of an issuer is recorded and accepted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from token_revocation.clock import now
from token_revocation.services._details import detail_columns
from token_revocation.services._persistence import store_revocations
from token_revocation.services._transactions import atomic_write, retry_on_deadlock
from token_revocation.standards.jose import LEEWAY_SECONDS, InvalidJWT, VerifiedJWT
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, TokenRef

KIND = "statement"
MAX_AGE_WITHOUT_EXPIRY = timedelta(days=30)
"""Age up to which a JWT without ``exp`` is accepted, and remembered."""


@retry_on_deadlock
def run_once(token: VerifiedJWT, action: Callable[[], object]) -> bool:
    """Run ``action`` unless ``token`` was used before, and record the use.

    Both happen in one transaction: if ``action`` raises, the token remains unused.

    Returns:
        ``True`` if ``action`` ran; of concurrent calls one gets ``True``.

    Raises:
        InvalidJWT: The token is too old to know whether it was used.
        RevocationUnavailable: The use could not be recorded.
    """
    with atomic_write(None) as using:
        is_first = _record_use(token, using)
        if is_first:
            action()
    return is_first


def _record_use(token: VerifiedJWT, using: str) -> bool:
    issued_at = token.date("iat") or BEFORE_ALL_CUTOFFS
    until = token.date("exp") or issued_at + MAX_AGE_WITHOUT_EXPIRY
    ref = TokenRef(
        kind=KIND,
        issuer=token.issuer.issuer,
        identifier=str(token.claims["jti"]),
        expires_at=until + timedelta(seconds=LEEWAY_SECONDS),
    )
    if ref.is_expired(now()):
        raise InvalidJWT("invalid_request", "The token is too old.")
    # Not through the services, as no cutoff applies to it.
    return bool(store_revocations([ref], using, detail_columns({"reason": "consumed"})))
