from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@pytest.fixture
def serve_document():
    """Serve one JSON document; its address."""
    servers = []

    def serve(document):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, *args):
                """Quietly."""

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
    """The key of the issuer we trust."""
    return pytest.importorskip("tests.standards.signing").make_jwk()


@pytest.fixture
def idp(settings, jwk):
    """An issuer that we trust, and that knows users by their user names."""
    signing = pytest.importorskip("tests.standards.signing")
    settings.ROOT_URLCONF = "tests.standards.urls"
    known = signing.trusted(jwk, subject_field="username")
    settings.TOKEN_REVOCATION = {"TRUSTED_ISSUERS": known}
    return known[0]
