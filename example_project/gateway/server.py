"""Two doors: behind ``/status-list/`` the list decides, behind ``/event-feed/`` the feed does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from example_project.gateway.feed import Feed
from example_project.gateway.issuer import Issuer
from example_project.gateway.lists import StatusLists

Judge = Callable[[Mapping[str, Any]], bool]
Answer = tuple[int, dict[str, Any]]


def serve(origin: str, port: int, password: str, *, keep: float) -> None:
    """Guard nothing much, at this port of this machine, for tokens of the issuer at ``origin``."""
    issuer = Issuer(origin)
    feed = Feed(issuer, password)
    feed.start()
    doors = {
        "/status-list/": StatusLists(issuer, keep).is_revoked,
        "/event-feed/": feed.is_revoked,
    }
    handler = type("Handler", (Gateway,), {"issuer": issuer, "doors": doors})
    try:
        ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
    except KeyboardInterrupt:
        return


class Gateway(BaseHTTPRequestHandler):
    """200 for an access token that is in force, 401 for any other, 503 when nobody can say."""

    issuer: Issuer
    doors: Mapping[str, Judge]

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
        """The status and the body."""
        is_revoked = self.doors.get(self.path)
        if is_revoked is None:
            return 404, {"doors": list(self.doors)}
        raw = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = self.issuer.access_token(raw)
        except jwt.PyJWKClientConnectionError:
            return 503, {"code": "keys_unavailable"}
        except (jwt.PyJWTError, ValueError):
            return 401, {"code": "token_not_valid"}
        return judged(is_revoked, claims)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: the terminal belongs to the demonstration."""


def judged(is_revoked: Judge, claims: Mapping[str, Any]) -> Answer:
    """What follows from what is known of the token."""
    try:
        if is_revoked(claims):
            return 401, {"code": "token_revoked"}
    except (OSError, ValueError, KeyError, jwt.PyJWTError):
        return 503, {"code": "revocation_unavailable"}
    return 200, {"hello": claims.get("user_id")}
