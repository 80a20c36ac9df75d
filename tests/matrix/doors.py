"""The doors: whatever looks at a token and answers. ``—`` where a kind has no such door."""

from __future__ import annotations

from django.db import transaction
from rest_framework.test import APIClient

from tests.matrix.login import Login, officer

NONE = "—"


def call_of_the_api(login: Login) -> str:
    return answer(login.client().get(login.path("protected/")))


def refresh(login: Login) -> str:
    if login.kind.refresh is None:
        return NONE
    with transaction.atomic():
        cell = answer(login.kind.refresh(login.held.refresh))
        transaction.set_rollback(True)  # It may use the token up, and we ask twice.
    return cell


def verify(login: Login) -> str:
    if not login.kind.verify:
        return NONE
    return answer(APIClient().post(login.kind.verify, {"token": login.held.presented}))


def introspection(login: Login) -> str:
    found = officer().post(login.path("introspect/"), {"token": login.held.api}).json()
    return "active" if found["active"] else "inactive"


def list_of_tokens(login: Login) -> str:
    client = APIClient()
    login.user.pk = login.pk  # Django forgets it when the user is deleted.
    client.force_authenticate(login.user)
    ids = [token["id"] for token in client.get(login.path("tokens/")).json()]
    return "listed" if str(login.ref.family_key) in ids else "not listed"


def answer(response) -> str:
    if response.status_code == 200:
        return "200"
    body = response.json()
    code = body.get("code") or body.get("error") or response.data["detail"].code
    return f"{response.status_code} `{code}`"


DOORS = {
    "a call of the API": call_of_the_api,
    "refresh": refresh,
    "verify": verify,
    "introspection": introspection,
    "`GET tokens/`": list_of_tokens,
}

ACCEPTED = {"200", "active", "listed", NONE}
REFUSED_LIST = {"inactive", "not listed", NONE, "400 `invalid_grant`"}
"""The last is that of RFC 6749, section 5.2."""


def is_refusal(cell: str) -> bool:
    return cell in REFUSED_LIST or cell.startswith("401")
