"""A client that keeps a token and cookies, and follows no redirects."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Answer:
    """A response of the server."""

    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        """The decoded JSON body; an empty dictionary for other bodies."""
        return json.loads(self.text) if self.text[:1] in {"{", "["} else {}


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Device:
    """A phone or laptop that calls the API or the admin."""

    origin: str
    token: str = field(default="", repr=False)
    scheme: str = "Token"
    user_agent: str = "demonstration"
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Answer:
        """Send a GET request with the token, if there is one."""
        return self._send("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form with the token, if there is one."""
        return self._send("POST", path, urlencode(form).encode())

    def patch(self, path: str, **form: str) -> Answer:
        """Change a part of a resource with the token, if there is one."""
        return self._send("PATCH", path, urlencode(form).encode())

    def submit(self, path: str, **form: str) -> Answer:
        """Submit the form on the page at ``path`` as a browser does, with its CSRF token."""
        page = self.get(path)
        found = CSRF.search(page.text)
        if found is None:
            return page
        return self.post(path, csrfmiddlewaretoken=found[1], **form)

    def _send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        headers = {"User-Agent": self.user_agent}
        if self.token:
            headers["Authorization"] = f"{self.scheme} {self.token}"
        request = Request(self.origin + path, body, headers, method=method)  # noqa: S310 - http
        opener = build_opener(HTTPCookieProcessor(self.cookies), _NoRedirects)
        try:
            with opener.open(request, timeout=30) as response:
                return Answer(response.status, response.read().decode(), dict(response.headers))
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), dict(error.headers))
