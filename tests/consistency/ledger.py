"""What was asked, what was answered, and what must not have been."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

NEVER = float("-inf")


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
    odd: Counter = field(default_factory=Counter)
    ended: list[Credential] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, answer, to):
        """An answer to any request, and what it was a request for."""
        with self.lock:
            self.requests += 1
            if not answer.status:
                self.unanswered += 1
            elif not answer.is_allowed:
                self.odd[f"{answer.status} {to}"] += 1

    def note_living(self, answer):
        """The answer to a token that nobody has tried to end."""
        with self.lock:
            self.refused += answer.status == 401

    def note_end(self, credential, answer):
        """Its end was acknowledged: from now on it must not be accepted for long."""
        with self.lock:
            credential.ended_at = answer.received
            self.ended.append(credential)

    def note_dead(self, credential, answer):
        """The answer to a token whose end was acknowledged before it was asked about."""
        if answer.accepted:
            with self.lock:
                credential.accepted_at = max(credential.accepted_at, answer.sent)
                self.accepted += answer.sent > credential.ended_at + self.bound

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
