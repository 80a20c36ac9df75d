"""Service functions: they make all changes to revocations and send all signals.

Every function is idempotent, and none raises after it has written: with ``ATOMIC_REQUESTS``, an
exception would roll the revocation back. If the database fails, a function raises
:class:`~token_revocation.exceptions.RevocationUnavailable` and stores nothing.

Functions whose names begin with ``a`` are for coroutines. A write completes even if the task that
awaits it is cancelled.

The argument ``using`` is the alias of the database that holds the revocations. By default the
database routers choose it.
"""

from __future__ import annotations

from token_revocation.services._accounts import authenticated_by, lock_user
from token_revocation.services._async import (
    aactive_tokens,
    ais_revoked,
    alog_out,
    aresolve,
    arevoke,
    arevoke_all,
    arotate,
)
from token_revocation.services._bulk_revocation import revoke_identifiers
from token_revocation.services._cutoffs import (
    revoke_all,
    revoke_client,
    revoke_everyone,
    revoke_session,
)
from token_revocation.services._details import RevocationDetails
from token_revocation.services._exemptions import keep_token, kept_token
from token_revocation.services._external_deletions import record_deletion
from token_revocation.services._imports import ImportReport, import_revocations
from token_revocation.services._issue import issue
from token_revocation.services._leaked_tokens import LeakReport, revoke_leaked
from token_revocation.services._logout import log_out, log_out_many
from token_revocation.services._lookup import active_tokens, is_revoked, resolve, resolve_many
from token_revocation.services._purge_bounds import purge_horizon
from token_revocation.services._restore import delete_expired, is_in_force, restore
from token_revocation.services._retention import purge
from token_revocation.services._revocation import revoke, revoke_many
from token_revocation.services._rotation import Rotation, rotate
from token_revocation.services._session_limits import revoke_oldest
from token_revocation.services._status import Limits, Status, status
from token_revocation.services._stored_tokens import delete_if_rejected

__all__ = [
    "ImportReport",
    "LeakReport",
    "Limits",
    "RevocationDetails",
    "Rotation",
    "Status",
    "aactive_tokens",
    "active_tokens",
    "ais_revoked",
    "alog_out",
    "aresolve",
    "arevoke",
    "arevoke_all",
    "arotate",
    "authenticated_by",
    "delete_expired",
    "delete_if_rejected",
    "import_revocations",
    "is_in_force",
    "is_revoked",
    "issue",
    "keep_token",
    "kept_token",
    "lock_user",
    "log_out",
    "log_out_many",
    "purge",
    "purge_horizon",
    "record_deletion",
    "resolve",
    "resolve_many",
    "restore",
    "revoke",
    "revoke_all",
    "revoke_client",
    "revoke_everyone",
    "revoke_identifiers",
    "revoke_leaked",
    "revoke_many",
    "revoke_oldest",
    "revoke_session",
    "rotate",
    "status",
]
