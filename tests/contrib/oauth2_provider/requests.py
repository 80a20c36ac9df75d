"""Requests to OAuth Toolkit's endpoints and to a protected view."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple
from urllib.parse import urlencode


class Grant(NamedTuple):
    """Tokens that were issued to a client."""

    access: str
    refresh: str
    application: Any


def client_form(application, secret, **data):
    """Return the arguments of a request with HTTP Basic client authentication."""
    credentials = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    return {
        "data": urlencode(data),
        "content_type": "application/x-www-form-urlencoded",
        "headers": {"Authorization": f"Basic {credentials}"},
    }


def get_protected(client, raw):
    """Request the protected view with an access token."""
    return client.get("/protected/", headers={"Authorization": f"Bearer {raw}"})
