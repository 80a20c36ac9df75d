"""The record of a run: requests, responses, and the revoked tokens that were accepted."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from tests.consistency.session_records import SessionRecord

NEVER = float("-inf")

ACTIVITIES = (
    "logged in",
    "called the API",
    "logged out",
    "replayed a revoked token",
    "refreshed",
    "retried a refresh",
    "replayed a used refresh token",
)
"""What clients must do successfully during the fault, or the run shows nothing."""


@dataclass(eq=False, kw_only=True)
class Credential:
    """The tokens of one login, and when they were revoked and last accepted."""

    scheme: str
    raw: str
    refresh: str = ""
    revoked_at: float | None = None
    accepted_at: float = NEVER


@dataclass
class Record:
    """The record of one run, written by many threads; ``bound`` is that of the store in seconds."""

    bound: float
    requests: int = 0
    accepted_late: int = 0
    wrongly_rejected: int = 0
    without_response: int = 0
    unavailable: int = 0
    inconclusive: int = 0
    unexpected: Counter = field(default_factory=Counter)
    revoked: list[Credential] = field(default_factory=list)
    is_fault_active: bool = False
    activities: Counter = field(default_factory=Counter)
    workers: set[str] = field(default_factory=set)
    silent_workers: set[str] = field(default_factory=set)
    sessions: SessionRecord = field(default_factory=SessionRecord)
    lock: Lock = field(default_factory=Lock)

    def add_response(self, response, request):
        """Record the response to any request."""
        with self.lock:
            self.requests += 1
            if not response.status:
                self.without_response += 1
            elif not response.is_expected:
                self.unexpected[f"{response.status} {request}"] += 1
            self.unavailable += response.status == 503

    def add_activity(self, activity):
        """Record that a client did this successfully."""
        with self.lock:
            self._add_activity(activity)

    def add_login(self):
        """Record a successful login."""
        self.add_activity("logged in")

    def add_call(self, response):
        """Record the response to a call with a valid token."""
        with self.lock:
            self.wrongly_rejected += response.status == 401
            if response.is_accepted:
                self._add_activity("called the API")

    def add_revocation(self, credential, response):
        """Record an acknowledged revocation, after which the bound applies."""
        with self.lock:
            credential.revoked_at = response.received_at
            self.revoked.append(credential)
            self._add_activity("logged out")

    def add_replay(self, credential, response):
        """Record the response to a token whose revocation was acknowledged before."""
        with self.lock:
            if response.is_accepted:
                credential.accepted_at = max(credential.accepted_at, response.sent_at)
                self.accepted_late += response.sent_at > credential.revoked_at + self.bound
            if response.is_conclusive:
                self.workers.add(response.worker)
                self._add_activity("replayed a revoked token")

    def add_inconclusive(self):
        """Record that a running host did not tell whether it accepts a revoked token."""
        with self.lock:
            self.inconclusive += 1

    def require_workers(self, workers):
        """Record those of ``workers`` that never answered about a revoked token as silent."""
        with self.lock:
            self.silent_workers |= workers - self.workers

    def _add_activity(self, activity):
        if self.is_fault_active:
            self.activities[activity] += 1

    @property
    def longest(self):
        """The seconds from a revocation to the last accepted request with the same token."""
        delays = [c.accepted_at - c.revoked_at for c in self.revoked]
        return max([0.0, *delays])

    def recent(self, seconds):
        """Return the tokens revoked within that many seconds, newest first."""
        with self.lock:
            newest = self.revoked[-200:]
        since = time.monotonic() - seconds
        return [credential for credential in reversed(newest) if credential.revoked_at > since]


@dataclass(frozen=True, kw_only=True)
class Row:
    """The result of one store under one fault."""

    fault: str
    record: Record
    required_revocations: int
    lost: int = 0
