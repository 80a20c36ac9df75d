"""The security log, in the words of the OWASP Logging Vocabulary, with its levels.

One record for each signal, so whatever sends one is logged. A message is ``event:user,detail``; the
same is in ``extra`` for machines. Tokens and sessions appear by their fingerprints alone.
https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from token_revocation.models import Revocation, RevokedToken, TokenCutoff
from token_revocation.signals import (
    revocation_deleted,
    revoked_token_used,
    subject_cut_off,
    token_revoked,
)
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

EVERYBODY = "*"


def connect() -> None:
    """Listen to our own signals."""
    token_revoked.connect(log_revoked)
    subject_cut_off.connect(log_cut_off)
    revoked_token_used.connect(log_reuse)
    revocation_deleted.connect(log_deleted)


def log_revoked(*, token: TokenRef, revocation: RevokedToken, **kwargs: Any) -> None:
    """``authn_token_revoked:user,token``."""
    extra = _named(token) | _caused(revocation)
    _log("authn_token_revoked", revocation.user_ref, token.fingerprint, extra)


def log_cut_off(*, cutoff: TokenCutoff, **kwargs: Any) -> None:
    """``session_expired:user,reason`` for a session, whose user we do not know.

    ``authn_token_revoked:subject,all`` for a user, a client (which the vocabulary writes in the
    place of a user) and everyone.
    """
    extra = {"subject_type": cutoff.subject_type} | _caused(cutoff)
    if cutoff.subject_type == "session":
        extra["session"] = cutoff.key.hex[:8]
        _log("session_expired", "", cutoff.reason or "revoked", extra)
    else:
        _log("authn_token_revoked", cutoff.subject_id or EVERYBODY, "all", extra)


def log_reuse(*, token: TokenRef, **kwargs: Any) -> None:
    """``authn_token_reuse:user,token``; of a token whose row is gone we know no user."""
    user = token.subject("user")
    who = user.id if user else ""
    _log("authn_token_reuse", who, token.fingerprint, _named(token), logging.CRITICAL)


def log_deleted(*, revocation: Any, restored_by: Any, **kwargs: Any) -> None:
    """``authz_admin:user,revocation_deleted/name``, by whoever made a token work again."""
    by = getattr(restored_by, "pk", None)
    detail = f"revocation_deleted/{revocation.key.hex[:8]}"
    _log("authz_admin", "" if by is None else str(by), detail, {}, logging.WARNING)


def _log(
    event: str, user: str, detail: str, extra: dict[str, str], level: int = logging.INFO
) -> None:
    # Names are text of others': quoted, none ends a line or pretends to be a further field.
    fields = [quote(field, safe="@:+/*") for field in (user, detail)]
    logger.log(level, "%s:%s,%s", event, *fields, extra={"event": event, "user_id": user} | extra)


def _named(token: TokenRef) -> dict[str, str]:
    return {"token_kind": token.kind, "token": token.fingerprint}


def _caused(revocation: Revocation) -> dict[str, str]:
    by = revocation.revoked_by_id
    return {"reason": revocation.reason, "revoked_by": "" if by is None else str(by)}
