"""The record of sessions that rotate: successors of refresh tokens, and how sessions ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import jwt


@dataclass(eq=False, kw_only=True)
class Session:
    """The tokens of one login, the current refresh token last."""

    access: str
    refresh_tokens: list[str]

    @property
    def current(self):
        return self.refresh_tokens[-1]


@dataclass
class SessionRecord:
    """The record of one run, written by many threads."""

    refreshes: int = 0
    forked: int = 0
    replays_accepted: int = 0
    accepted_after_end: int = 0
    lost: int = 0
    successors: dict[str, dict] = field(default_factory=dict)
    open: list[Session] = field(default_factory=list)
    ended: list[Session] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add_refresh(self, session, response):
        """Record the response to the current token, or to a retry, of a session that is open."""
        with self.lock:
            self.refreshes += response.is_accepted
            self.lost += response.status == 401
        if response.is_accepted:
            self.add_successor(session.current, response.body["refresh"])

    def add_successor(self, used, successor):
        """Record that ``used`` was exchanged, even if no client got the response."""
        claims = get_claims(successor)
        with self.lock:
            self.forked += self.successors.setdefault(used, claims) != claims

    def add_replay(self, response):
        """Record the response to a token whose successor was used."""
        with self.lock:
            self.replays_accepted += response.is_accepted

    def add_refresh_after_end(self, response):
        """Record the response to the last token of a session that has ended."""
        with self.lock:
            self.accepted_after_end += response.is_accepted

    def add_open(self, sessions):
        """Record sessions that must be open after the restart."""
        with self.lock:
            self.open.extend(sessions)

    def add_ended(self, sessions):
        """Record sessions that must never be refreshed again."""
        with self.lock:
            self.ended.extend(sessions)

    @property
    def errors(self):
        """How often each forbidden result occurred."""
        return {
            "refresh tokens with two successors": self.forked,
            "replays accepted": self.replays_accepted,
            "refreshes after the end": self.accepted_after_end,
            "sessions lost": self.lost,
        }


def get_claims(raw):
    """Return the claims of a JWT, without the time at which it was encoded."""
    claims = jwt.decode(raw, options={"verify_signature": False})
    return {name: value for name, value in claims.items() if name != "iat"}
