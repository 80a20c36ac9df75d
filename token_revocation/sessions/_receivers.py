"""Receivers of the signals of the core."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.signals import request_finished

from token_revocation._observed_uses import add_use_observer, get_current_request
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.services._external_deletions import add_user_observer
from token_revocation.services._purge_sources import add_purge_source
from token_revocation.services._transactions import run_first_possible
from token_revocation.sessions import _end_records, _retention, _uses
from token_revocation.sessions._limits import enforce_limit
from token_revocation.sessions._records import record_session
from token_revocation.signals import (
    revocation_deleted,
    subject_revoked,
    token_issued,
    token_revoked,
)
from token_revocation.tokens import TokenRef

UID = "token_revocation.sessions"


def connect() -> None:
    """Connect the receivers."""
    token_issued.connect(record_issued, dispatch_uid=UID)
    add_use_observer(_uses.buffer.observe)
    token_revoked.connect(record_end_of_token, dispatch_uid=UID)
    subject_revoked.connect(record_end_of_subject, dispatch_uid=UID)
    revocation_deleted.connect(reopen_sessions, dispatch_uid=UID)
    request_finished.connect(store_uses, dispatch_uid=UID)
    add_purge_source(_retention.get_source())
    add_user_observer(_retention.delete_sessions_of_users)
    atexit.register(_uses.buffer.store_all)


def record_issued(*, token: TokenRef, user: Any, using: str, **kwargs: Any) -> None:
    """Record the session of an issued token, in the transaction of its login.

    Raises:
        TooManySessions: The user has ``MAX_SESSIONS`` sessions already.
    """
    enforce_limit(token, user, using=using)
    record_session(token, using=using, request=get_current_request())


def store_uses(**kwargs: Any) -> None:
    """Store the uses of tokens after a response."""
    _uses.buffer.store_due()


def record_end_of_token(*, token: TokenRef, revocation: Any, using: str, **kwargs: Any) -> None:
    """Record that a revoked token was the last one of its session."""
    _write(partial(_end_records.end_of_token, token, revocation, using))


def record_end_of_subject(*, cutoff: Any, using: str, **kwargs: Any) -> None:
    """Record that a cutoff ended the sessions of a user, or one session."""
    _write(partial(_end_records.end_of_subject, cutoff, using))


def reopen_sessions(*, revocation: Any, using: str, **kwargs: Any) -> None:
    """Record that the sessions which a deleted revocation ended are active again."""
    _write(partial(_end_records.reopen, revocation, using))


def _write(write: Callable[[], None]) -> None:
    """Call ``write``; lists of sessions are correct without it."""
    # database_errors() has logged the error, unless the tables do not exist yet.
    with suppress(RevocationUnavailable):
        run_first_possible(write)
