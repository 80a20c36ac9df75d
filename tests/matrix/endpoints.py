"""The endpoints of the matrix. Each sends a token, and returns the response as text."""

from __future__ import annotations

from django.db import transaction
from rest_framework.test import APIClient

from tests.matrix.login import Login, staff_client

NO_ENDPOINT = "—"


def api_request(login: Login) -> str:
    return describe(login.client().get(login.path("protected/")))


def refresh(login: Login) -> str:
    if login.kind.refresh is None:
        return NO_ENDPOINT
    with transaction.atomic():
        text = describe(login.kind.refresh(login.tokens.refresh))
        transaction.set_rollback(True)  # Rotation would use up the token, which is sent again.
    return text


def verify(login: Login) -> str:
    if not login.kind.verify:
        return NO_ENDPOINT
    return describe(APIClient().post(login.kind.verify, {"token": login.tokens.presented}))


def introspection(login: Login) -> str:
    if not login.kind.is_listed:
        return NO_ENDPOINT
    found = staff_client().post(login.path("introspect/"), {"token": login.tokens.api}).json()
    return "active" if found["active"] else "inactive"


def token_list(login: Login) -> str:
    if not login.kind.is_listed:
        return NO_ENDPOINT
    client = APIClient()
    login.user.pk = login.pk  # Django clears it when the user is deleted.
    client.force_authenticate(login.user)
    ids = [token["id"] for token in client.get(login.path("tokens/")).json()]
    return "listed" if str(login.ref.family_key) in ids else "not listed"


def describe(response) -> str:
    """Return the status of a response and its error code."""
    if response.status_code == 200:
        return "200"
    body = response.json()
    code = body.get("code") or body.get("error") or response.data["detail"].code
    return f"{response.status_code} `{code}`"


ENDPOINTS = {
    "API request": api_request,
    "refresh": refresh,
    "verify": verify,
    "introspection": introspection,
    "`GET tokens/`": token_list,
}

ACCEPTED = {"200", "active", "listed", NO_ENDPOINT}
REJECTED = {"inactive", "not listed", NO_ENDPOINT, "400 `invalid_grant`"}
"""``invalid_grant`` is the error of a refresh (RFC 6749, section 5.2)."""


def is_rejected(text: str) -> bool:
    return text in REJECTED or text.startswith("401")
