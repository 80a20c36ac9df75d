"""Security log with the events and levels of the OWASP Logging Vocabulary.

Each signal is one record. Its message is ``event:user,detail``; ``extra`` has the same data for
structured logs. Tokens and sessions appear only as fingerprints.
https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Any
from urllib.parse import quote
from uuid import UUID

from token_revocation.models import Revocation, RevokedToken, TokenCutoff
from token_revocation.signals import (
    revocation_deleted,
    revoked_token_used,
    subject_revoked,
    token_revoked,
)
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

EVERYONE_ID = "*"

LOG_INTERVAL_SECONDS = 60

# Some two megabytes in each process.
MAX_RECENT_TOKENS = 10_000


class RecentTokens:
    """The times at which recent tokens were logged. Thread-safe."""

    def __init__(self) -> None:
        self._logged_at: dict[UUID, float] = {}
        self._lock = Lock()

    def is_due(self, key: UUID) -> bool:
        """Mark ``key`` as logged, unless it was logged within the interval."""
        now = time.monotonic()
        with self._lock:
            logged_at = self._logged_at.get(key)
            if logged_at is not None and now - logged_at < LOG_INTERVAL_SECONDS:
                return False
            self._logged_at.pop(key, None)  # Insert it again as the newest.
            if len(self._logged_at) >= MAX_RECENT_TOKENS:
                del self._logged_at[next(iter(self._logged_at))]
            self._logged_at[key] = now
        return True

    def clear(self) -> None:
        """Remove all tokens."""
        with self._lock:
            self._logged_at.clear()


_recently_reused = RecentTokens()


def connect() -> None:
    """Connect to the signals of this app."""
    token_revoked.connect(log_token_revoked)
    subject_revoked.connect(log_subject_revoked)
    revoked_token_used.connect(log_token_reuse)
    revocation_deleted.connect(log_revocation_deleted)


def log_token_revoked(*, token: TokenRef, revocation: RevokedToken, **kwargs: Any) -> None:
    """Log ``authn_token_revoked:user,token``."""
    extra = _token_fields(token) | _details_fields(revocation)
    _log("authn_token_revoked", revocation.user_ref, token.fingerprint, extra)


def log_subject_revoked(*, cutoff: TokenCutoff, **kwargs: Any) -> None:
    """Log ``session_expired:,reason`` or ``authn_token_revoked:subject,all``.

    The user of a session is not known. The vocabulary puts a client in the field of the user.
    """
    extra = {"subject_type": cutoff.subject_type} | _details_fields(cutoff)
    if cutoff.subject_type == "session":
        extra["session"] = cutoff.key.hex[:8]
        _log("session_expired", "", cutoff.reason or "revoked", extra)
    else:
        _log("authn_token_revoked", cutoff.subject_id or EVERYONE_ID, "all", extra)


def log_token_reuse(*, token: TokenRef, **kwargs: Any) -> None:
    """Log ``authn_token_reuse:user,token``, at most once a minute for each token.

    The user of a deleted stored token is not known.
    """
    if not _recently_reused.is_due(token.key):
        return
    user = token.subject("user")
    user_id = user.id if user else ""
    _log("authn_token_reuse", user_id, token.fingerprint, _token_fields(token), logging.CRITICAL)


def log_revocation_deleted(*, revocation: Any, restored_by: Any, **kwargs: Any) -> None:
    """Log ``authz_admin:user,revocation_deleted/key`` with the user who deleted it."""
    by = getattr(restored_by, "pk", None)
    detail = f"revocation_deleted/{revocation.key.hex[:8]}"
    _log("authz_admin", "" if by is None else str(by), detail, {}, logging.WARNING)


def _log(
    event: str, user: str, detail: str, extra: dict[str, str], level: int = logging.INFO
) -> None:
    # User IDs and reasons are untrusted: quoted, they cannot forge a line or a field.
    fields = [quote(field, safe="@:+/*") for field in (user, detail)]
    logger.log(level, "%s:%s,%s", event, *fields, extra={"event": event, "user_id": user} | extra)


def _token_fields(token: TokenRef) -> dict[str, str]:
    return {"token_kind": token.kind, "token": token.fingerprint}


def _details_fields(revocation: Revocation) -> dict[str, str]:
    by = revocation.revoked_by_id
    return {"reason": revocation.reason, "revoked_by": "" if by is None else str(by)}
