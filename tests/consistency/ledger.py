"""What was asked, what was answered, and what must not have been."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

NEVER = float("-inf")

DEEDS = ("logged in", "called", "logged out", "used what had ended")
"""What clients must have done with success while something was broken, or the run shows nothing."""


@dataclass(eq=False, kw_only=True)
class Credential:
    """What one login gave, and what became of it."""

    scheme: str
    raw: str
    refresh: str = ""
    ended_at: float | None = None
    accepted_at: float = NEVER


@dataclass
class Ledger:
    """Of one run, filled by many threads; ``bound`` is that of the store in seconds."""

    bound: float
    requests: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    unavailable: int = 0
    unsettled: int = 0
    odd: Counter = field(default_factory=Counter)
    ended: list[Credential] = field(default_factory=list)
    during: bool = False
    deeds: Counter = field(default_factory=Counter)
    workers: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def note(self, answer, to):
        """An answer to any request, and what it was a request for."""
        with self.lock:
            self.requests += 1
            if not answer.status:
                self.unanswered += 1
            elif not answer.is_allowed:
                self.odd[f"{answer.status} {to}"] += 1
            self.unavailable += answer.status == 503

    def note_login(self):
        """Somebody has a token."""
        with self.lock:
            self._note_deed("logged in")

    def note_living(self, answer):
        """The answer to a token that nobody has tried to end."""
        with self.lock:
            self.refused += answer.status == 401
            if answer.accepted:
                self._note_deed("called")

    def note_end(self, credential, answer):
        """Its end was acknowledged: from now on it must not be accepted for long."""
        with self.lock:
            credential.ended_at = answer.received
            self.ended.append(credential)
            self._note_deed("logged out")

    def note_dead(self, credential, answer):
        """The answer to a token whose end was acknowledged before it was asked about."""
        with self.lock:
            if answer.accepted:
                credential.accepted_at = max(credential.accepted_at, answer.sent)
                self.accepted += answer.sent > credential.ended_at + self.bound
            if answer.is_settled:
                self.workers.add(answer.worker)
                self._note_deed("used what had ended")

    def note_unsettled(self):
        """A host that runs would not say whether it accepts a token that was ended."""
        with self.lock:
            self.unsettled += 1

    def expect(self, workers):
        """Those of ``workers`` that were never asked about an ended token have shown nothing."""
        with self.lock:
            self.silent |= workers - self.workers

    def _note_deed(self, deed):
        if self.during:
            self.deeds[deed] += 1

    @property
    def longest(self):
        """Seconds from an acknowledgement to the last request with the same token accepted."""
        delays = [c.accepted_at - c.ended_at for c in self.ended]
        return max([0.0, *delays])

    def recent(self, seconds):
        """What was ended not longer ago than that, the newest first."""
        with self.lock:
            newest = self.ended[-200:]
        since = time.monotonic() - seconds
        return [credential for credential in reversed(newest) if credential.ended_at > since]


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one store did under one fault."""

    fault: str
    ledger: Ledger
    wanted: int
    """How many revocations there must be."""
    lost: int = 0
