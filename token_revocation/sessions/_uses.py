"""Uses of tokens, collected in memory and stored in batches after the responses."""

from __future__ import annotations

import logging
import os
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connections, router

from token_revocation._authentication_attempts import get_originating_request
from token_revocation._tenants import Scope, current_scope
from token_revocation.clock import monotonic, now
from token_revocation.models import RevokedToken
from token_revocation.sessions._metadata import describe_client
from token_revocation.sessions._use_batches import Batch, make_batch
from token_revocation.sessions._use_records import USE_INTERVAL, Use
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

RETRY_SECONDS = 60.0
"""After a failure, this process stores no use for this time."""

MAX_SEEN = 20_000
"""Sessions that a process knows to be stored, about four megabytes. For others it makes a query."""

MAX_PENDING = 500
"""Uses that are not stored yet. More are dropped, and noted again by a later request."""

MAX_TENANTS = 100
"""Tenants with uses that are not stored yet."""

MAX_BURST = 50
"""Batches that are stored at once. After them it is one per second, however many requests end."""


class UseBuffer:
    """The uses that this process has not stored yet, and the sessions used recently.

    A request that ends stores the uses over its own connection, as a thread of our own would
    have to survive forks and could not see the transaction of a test. Inside a transaction, such
    as that of a test, they wait for a reader of the sessions, and are dropped by its rollback.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Start empty, as after a fork: the parent stores its own uses."""
        self._lock = Lock()
        self._batches: dict[Scope, Batch] = {}
        self._due: dict[UUID, float] = {}
        """The time at which the next use of a session is noted, by its family key."""
        self._transaction: Any = None
        self._allowance, self._allowed_at = float(MAX_BURST), monotonic()
        self._resume_at = float("-inf")

    def observe(self, token: TokenRef, request: Any) -> None:
        """Note a use of ``token``, unless its session was used recently."""
        for subject in token.subjects:
            if subject.type == "session":
                key = subject.key
                break
        else:
            key = token.key
        if monotonic() < self._due.get(key, 0.0):
            return
        try:
            self._add(key, token, request)
        except Exception:  # No error may fail the request.
            self._pause("The use of a token could not be noted.")

    def store_due(self) -> None:
        """Store the uses after a response, unless they wait for a transaction or a pause."""
        for scope, batch in list(self._batches.items()):
            connection = connections[batch.using]
            if connection.in_atomic_block:
                self._transaction = connection.run_on_commit
            elif self._is_allowed():
                was_connected = connection.connection is not None
                self.store(scope)
                if not was_connected:  # After Django has closed it at the end of the request.
                    connection.close_if_unusable_or_obsolete()

    def store_current(self, using: str) -> None:
        """Store the uses of the current tenant in the database ``using`` now."""
        self._drop_rolled_back(using)
        scope = current_scope(using)
        if scope is not None and monotonic() >= self._resume_at:
            self.store(scope)

    def store_all(self) -> None:
        """Store all uses, when the process ends."""
        for scope in list(self._batches) if self._transaction is None else ():
            self.store(scope)

    def store(self, scope: Scope) -> None:
        """Store the uses of ``scope``; drop them if the database fails."""
        with self._lock:
            waiting = self._batches.pop(scope, None)
            batch = None if waiting is None else waiting.take()
        if batch is None or batch.is_of_other_database():
            return
        try:
            if not batch.store():
                self._pause()
            elif not connections[batch.using].in_atomic_block:  # It may be rolled back.
                self._mark(batch)
        except Exception:
            self._pause("The uses of tokens could not be stored.")

    def _pause(self, message: str = "") -> None:
        """Store nothing for a while, and log ``message`` with the exception, once."""
        self._resume_at = monotonic() + RETRY_SECONDS
        if message:
            logger.exception(message)

    def _mark(self, batch: Batch) -> None:
        """Ignore the sessions of ``batch`` until the next use that has to be stored."""
        due_at = monotonic() + USE_INTERVAL.total_seconds()
        with self._lock:
            for key in batch.uses:
                self._due.pop(key, None)
                self._due[key] = due_at
            while len(self._due) > MAX_SEEN:
                del self._due[next(iter(self._due))]

    def _add(self, key: UUID, token: TokenRef, request: Any) -> None:
        if monotonic() < self._resume_at:
            return
        using = router.db_for_write(RevokedToken)
        self._drop_rolled_back(using)
        scope = current_scope(using)
        if scope is None or (scope not in self._batches and len(self._batches) >= MAX_TENANTS):
            return  # The tenant is unknown, or there are too many.
        # Introspection is requested by a server, not by the client of the token.
        client = describe_client(None if get_originating_request() else request)
        made = self._batches.get(scope) or make_batch(scope)
        with self._lock:
            uses = self._batches.setdefault(scope, made).uses
            if len(uses) < MAX_PENDING:
                uses[key] = Use(token=token, used_at=now(), client=client)

    def _drop_rolled_back(self, using: str) -> None:
        """Drop uses that waited for a transaction which has ended since, as in tests."""
        waits_for = self._transaction
        if waits_for is not None and waits_for is not connections[using].run_on_commit:
            self._batches.clear()
            self._transaction = None

    def _is_allowed(self) -> bool:
        current = monotonic()
        with self._lock:
            earned = self._allowance + current - self._allowed_at
            self._allowance, self._allowed_at = min(earned, float(MAX_BURST)), current
            if self._allowance < 1 or current < self._resume_at:
                return False
            self._allowance -= 1
        return True


buffer = UseBuffer()
"""The buffer of this process."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - not on Windows
    os.register_at_fork(after_in_child=buffer.clear)


def record_uses(*, using: str | None = None) -> None:
    """Record the uses of tokens by requests that this process has served.

    It happens after each response, but not in an open transaction, such as that of a test. A
    failure of the database is logged, and the uses are lost.
    """
    buffer.store_current(using or router.db_for_write(RevokedToken))
