"""Two endpoints: ``/status-list/`` and ``/event-feed/``, named by what they check."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from example_project.gateway.feed import Feed
from example_project.gateway.issuer import Issuer
from example_project.gateway.lists import StatusLists

Lookup = Callable[[Mapping[str, Any]], bool]
Answer = tuple[int, dict[str, Any]]


def serve(origin: str, port: int, password: str, *, cache_seconds: float) -> None:
    """Serve both endpoints at ``port`` for tokens of the issuer at ``origin``."""
    issuer = Issuer(origin)
    feed = Feed(issuer, password)
    feed.start()
    endpoints = {
        "/status-list/": StatusLists(issuer, cache_seconds).is_revoked,
        "/event-feed/": feed.is_revoked,
    }
    handler = type("Handler", (Gateway,), {"issuer": issuer, "endpoints": endpoints})
    try:
        ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
    except KeyboardInterrupt:
        return


class Gateway(BaseHTTPRequestHandler):
    """Return 200 for a valid access token, 401 for others, 503 for an unknown state."""

    issuer: Issuer
    endpoints: Mapping[str, Lookup]

    def do_GET(self) -> None:
        """Answer one request."""
        status, body = self.answer()
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Bearer error="invalid_token"')
        if status == 503:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(data)

    def answer(self) -> Answer:
        """Return the status and the body."""
        is_revoked = self.endpoints.get(self.path)
        if is_revoked is None:
            return 404, {"endpoints": list(self.endpoints)}
        raw = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = self.issuer.access_token(raw)
        except jwt.PyJWKClientConnectionError:
            return 503, {"code": "keys_unavailable"}
        except (jwt.PyJWTError, ValueError):
            return 401, {"code": "token_not_valid"}
        return check(is_revoked, claims)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing, as the demonstration uses the terminal."""


def check(is_revoked: Lookup, claims: Mapping[str, Any]) -> Answer:
    """Return the response for an authentic token."""
    try:
        if is_revoked(claims):
            return 401, {"code": "token_revoked"}
    except (OSError, ValueError, KeyError, jwt.PyJWTError):
        return 503, {"code": "revocation_unavailable"}
    return 200, {"hello": claims.get("user_id")}
