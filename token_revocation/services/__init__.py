"""The verbs. Every write passes here, and every signal leaves from here.

All of them are idempotent, and none raises after it has written: with ``ATOMIC_REQUESTS`` an
exception would roll the revocation back. A database that fails raises
:class:`~token_revocation.exceptions.RevocationUnavailable`, and then nothing was stored.

``using`` names the database of the revocations; by default the project's routers choose it.
"""

from __future__ import annotations

from token_revocation.services.asking import active_tokens, is_revoked, read, read_many
from token_revocation.services.causes import Cause
from token_revocation.services.cutting import (
    revoke_all,
    revoke_client,
    revoke_everyone,
    revoke_session,
)
from token_revocation.services.deleting import record_deletion
from token_revocation.services.exchanging import Exchange, exchange
from token_revocation.services.importing import Import, import_refused
from token_revocation.services.issuing import issue
from token_revocation.services.keeping import keeping, kept_token
from token_revocation.services.leaking import Leak, revoke_leaked
from token_revocation.services.limiting import revoke_oldest
from token_revocation.services.listing import revoke_identifiers
from token_revocation.services.logging_out import log_out, log_out_many
from token_revocation.services.purging import purge, purge_horizon
from token_revocation.services.reporting import Limits, Status, status
from token_revocation.services.restoring import delete_expired, is_needed, restore
from token_revocation.services.revoking import revoke, revoke_many

__all__ = [
    "Cause",
    "Exchange",
    "Import",
    "Leak",
    "Limits",
    "Status",
    "active_tokens",
    "delete_expired",
    "exchange",
    "import_refused",
    "is_needed",
    "is_revoked",
    "issue",
    "keeping",
    "kept_token",
    "log_out",
    "log_out_many",
    "purge",
    "purge_horizon",
    "read",
    "read_many",
    "record_deletion",
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
    "status",
]
