"""An HTTP server that answers slowly, endlessly or not at all, one thread for each request."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Thread

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class HostileServer:
    """Answers each connection with ``answer(server, connection)``, and counts them."""

    def __init__(self, answer):
        self.answer, self.request_count, self.closed = answer, 0, Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.uri = f"http://{self.host}/document"
        Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.request_count += 1
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with suppress(OSError), connection:
            connection.recv(65536)
            self.answer(self, connection)

    def wait_for_requests(self, count):
        """Wait until ``count`` requests have arrived, and check that no more have."""
        deadline = time.monotonic() + 5
        while self.request_count < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.request_count == count

    def close(self):
        self.closed.set()
        self.socket.close()


@contextmanager
def serve(answer):
    """Run a server while the block runs."""
    server = HostileServer(answer)
    try:
        yield server
    finally:
        server.close()


def respond_with(body, status=b"200 OK", head=b""):
    """Make a complete, immediate response."""

    def answer(server, connection):
        length = b"Content-Length: %d\r\n" % len(body)
        connection.sendall(b"HTTP/1.1 " + status + b"\r\n" + head + length + b"\r\n" + body)

    return answer


def hanging(server, connection):
    """Accept the request and send no response."""
    server.closed.wait(30)


def dripping_headers(server, connection):
    """Send one header after another, each before the socket times out."""
    connection.sendall(HEAD)
    for number in range(10_000):
        if server.closed.wait(0.05):
            return
        connection.sendall(b"X-%d: x\r\n" % number if number % 50 == 0 else b"")
        connection.sendall(b"Y: " if number % 50 == 1 else b"y" if number % 50 < 49 else b"\r\n")


def dripping_body(server, connection):
    """Send the body one byte at a time."""
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    while not server.closed.wait(0.05):
        connection.sendall(b" ")


def endless_body(server, connection):
    """Send a body without an end."""
    connection.sendall(HEAD + b"\r\n")
    while not server.closed.is_set():
        connection.sendall(b" " * 65536)


def resetting(server, connection):
    """Close the connection without a response."""


def elapsed_seconds(call):
    """Return how long ``call()`` takes until it returns or raises."""
    before = time.monotonic()
    with suppress(Exception):
        call()
    return time.monotonic() - before


def wait_for_fetch(remote_value):
    """Wait until the thread that fetches ``remote_value`` has ended."""
    remote_value._thread.join(5)
    assert not remote_value._thread.is_alive()
