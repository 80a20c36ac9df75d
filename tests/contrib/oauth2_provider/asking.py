"""Requests to OAuth Toolkit's endpoints, and to a view behind our class."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Grant(NamedTuple):
    """What a client got."""

    access: str
    refresh: str
    application: Any


def form(application, secret, **data):
    """The arguments of a request by a client that authenticates as in RFC 6749, section 2.3.1."""
    credentials = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    return {
        "data": urlencode(data),
        "content_type": "application/x-www-form-urlencoded",
        "headers": {"Authorization": f"Basic {credentials}"},
    }


def ask(client, raw):
    """What the protected view answers to an access token."""
    return client.get("/protected/", headers={"Authorization": f"Bearer {raw}"})
