"""HTTP GET requests to other servers, limited in time and size, without redirects."""

from __future__ import annotations

import io
import time
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import socket
from typing import Any
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

TIMEOUT_SECONDS = 5.0
"""Time limit for the whole response, from the start of the connection."""


class FetchError(Exception):
    """The request failed, or the response cannot be used."""


def fetch(uri: str, *, accept: str, max_bytes: int) -> bytes:
    """Return the body of the document at ``uri``.

    Raises:
        FetchError: The server did not respond with 200 within :data:`TIMEOUT_SECONDS`, or the
            body is longer than ``max_bytes``.
    """
    try:
        request = Request(uri, headers={"Accept": accept})  # noqa: S310 - the opener knows HTTP only.
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as response:
            status, body = response.status, response.read(max_bytes + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(type(error).__name__) from error
    if status != 200:
        raise FetchError(f"The status is {status}.")
    if len(body) > max_bytes:
        raise FetchError("The response is too long.")
    return bytes(body)


class _DeadlineReader(io.RawIOBase):
    """Reader with a deadline, as the timeout of a socket restarts at each read."""

    def __init__(self, sock: socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._sock.settimeout(remaining)
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _DeadlineResponse(HTTPResponse):
    def __init__(self, sock: socket, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        unbounded, self.fp = self.fp, io.BufferedReader(_DeadlineReader(sock, deadline))
        unbounded.close()


class _DeadlineConnection(HTTPConnection):
    """HTTP connection with a deadline for the complete response, headers included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deadline = time.monotonic() + TIMEOUT_SECONDS
        self.response_class: Any = partial(_DeadlineResponse, deadline=deadline)


class _SecureDeadlineConnection(_DeadlineConnection, HTTPSConnection):
    """HTTPS connection with the same deadline."""


class _HTTPHandler(HTTPHandler):
    def http_open(self, req: Request) -> Any:
        return self.do_open(_DeadlineConnection, req)


class _HTTPSHandler(HTTPSHandler):
    def https_open(self, req: Request) -> Any:
        return self.do_open(_SecureDeadlineConnection, req)


@cache
def _opener() -> OpenerDirector:
    """Return an opener for HTTP and HTTPS that uses the proxies of the environment."""
    # No handler for redirects, which could lead anywhere (Token Status List, section 11.4).
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        _HTTPHandler(),
        _HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener
