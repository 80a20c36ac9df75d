"""Another issuer that publishes lists, and what a token of its points to."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from token_revocation.standards.status_list.bits import compress, pack


class Publisher:
    """Another issuer's server: answers with ``body``, and counts."""

    def __init__(self):
        publisher, self.asked, self.body, self.status = self, 0, "", 200

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                publisher.asked += 1
                self.send_response(publisher.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(publisher.body.encode("latin-1"))

            def log_message(self, *args):
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{self.server.server_address[1]}/lists/1"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def claims(publisher, index):
    return {"status": {"status_list": {"idx": index, "uri": publisher.uri}}}


def lists():
    return {"bits": 1, "lst": compress(pack([], 8))}
