"""HTTP requests with the times at which they were sent and answered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from tests.stores.cache_servers import HOST

TIMEOUT_SECONDS = 40


@dataclass(frozen=True, kw_only=True)
class Response:
    """A response; ``status`` is 0 without one. Times are those of one monotonic clock."""

    sent_at: float
    received_at: float
    status: int = 0
    worker: str = ""
    retry_after: str | None = None
    body: object = None

    @property
    def is_accepted(self):
        return 200 <= self.status < 300

    @property
    def is_conclusive(self):
        """Whether it tells if the token is valid."""
        return self.is_accepted or self.status == 401

    @property
    def is_expected(self):
        """Whether it accepts, rejects, or is a 503 with ``Retry-After``."""
        is_unavailable = self.status == 503 and self.retry_after is not None
        return self.is_conclusive or is_unavailable


def send(port, method, path, authorization="", body=None):
    """Send a request on a new connection, so that any worker may answer."""
    headers = {"Content-Type": "application/json", "Authorization": authorization}
    connection = HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    sent_at = time.monotonic()
    try:
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        text = response.read()
    except (OSError, HTTPException):
        return Response(sent_at=sent_at, received_at=time.monotonic())
    finally:
        connection.close()
    return Response(
        sent_at=sent_at,
        received_at=time.monotonic(),
        status=response.status,
        worker=response.getheader("X-Worker", ""),
        retry_after=response.getheader("Retry-After"),
        body=json.loads(text) if text and response.status == 200 else None,
    )
