"""An HTTP server of another issuer that publishes a status list."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from token_revocation.standards.status_list._bits import compress, pack


class Publisher:
    """Server that responds with ``body`` and counts requests."""

    def __init__(self):
        publisher, self.requests, self.body, self.status = self, 0, "", 200

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.requests += 1
                self.send_response(publisher.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(publisher.body.encode("latin-1"))

            def log_message(self, *args):
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_address[1]}/lists/1"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def status_claims(publisher, index):
    return {"status": {"status_list": {"idx": index, "uri": publisher.uri}}}


def empty_list():
    return {"bits": 1, "lst": compress(pack([], 8))}
