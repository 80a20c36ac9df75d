from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@pytest.fixture
def serve_document():
    """Return a function that serves one JSON document and returns its URL."""
    servers = []

    def serve(document):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, *args):
                """Log nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/jwks"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def jwk():
    """The private key of the trusted issuer."""
    return pytest.importorskip("tests.standards.jwts").make_jwk()


@pytest.fixture
def idp(settings, jwk):
    """A trusted issuer whose subjects are usernames."""
    jwts = pytest.importorskip("tests.standards.jwts")
    settings.ROOT_URLCONF = "tests.standards.urls"
    known = jwts.trusted(jwk, subject_field="username")
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": known}
    return known[0]
