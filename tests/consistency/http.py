"""One request, and what came back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from tests.stores.cache_servers import HOST

PATIENCE = 40
"""Seconds that a client waits for an answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; ``status`` is 0 if nothing did. Times are those of one clock, ours."""

    sent: float
    received: float
    status: int = 0
    worker: str = ""
    retry_after: str | None = None
    body: object = None

    @property
    def accepted(self):
        return 200 <= self.status < 300

    @property
    def is_settled(self):
        """Whether it says if the token is good."""
        return self.accepted or self.status == 401

    @property
    def is_allowed(self):
        """Accepted, refused, or nobody can say; and then when to ask again."""
        unavailable = self.status == 503 and self.retry_after is not None
        return self.is_settled or unavailable


def send(port, method, path, authorization="", body=None):
    """The answer, over a connection of its own: so any worker may be the one who gives it."""
    headers = {"Content-Type": "application/json", "Authorization": authorization}
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    sent = time.monotonic()
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        text = response.read()
    except (OSError, HTTPException):
        return Answer(sent=sent, received=time.monotonic())
    finally:
        connection.close()
    return Answer(
        sent=sent,
        received=time.monotonic(),
        status=response.status,
        worker=response.getheader("X-Worker", ""),
        retry_after=response.getheader("Retry-After"),
        body=json.loads(text) if text and response.status == 200 else None,
    )
