"""A revoked token of any kind is rejected in every spelling that a decoder accepts."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.utils.module_loading import import_string
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from tests.contrib.simplejwt.conftest import simple_jwt  # noqa: F401
from tests.factories import UserFactory
from tests.matrix.conftest import _project  # noqa: F401
from tests.matrix.kinds import KINDS, PASSWORD
from token_revocation import services

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/."
INSTALLED = sorted(name for name, kind in KINDS.items() if kind.is_installed)


def spellings(raw: str) -> list[str]:
    """Return strings that a decoder, a database or a proxy may treat as ``raw``."""
    last_characters = [raw[:-1] + last for last in ALPHABET]
    parts = raw.split(".")
    padded = [".".join([*parts[:n], f"{parts[n]}=", *parts[n + 1 :]]) for n in range(len(parts))]
    cases = [raw.upper(), raw.lower(), raw.swapcase(), raw.capitalize()]
    suffixes = ["=", "==", ".", ",", ";", "\t", " ", "%20", "%00", "+"]
    return [
        raw,
        quote(raw, safe=""),
        f" {raw}",
        *cases,
        *last_characters,
        *padded,
        *(raw + suffix for suffix in suffixes),
    ]


@pytest.mark.parametrize("name", INSTALLED)
def test_a_revoked_token_is_rejected_in_every_spelling(name):
    kind = KINDS[name]
    tokens = kind.log_in(UserFactory(password=PASSWORD))
    status = partial(_status, kind)
    assert status(tokens.api) == 200
    accepted = [raw for raw in spellings(tokens.api) if status(raw) == 200]
    services.log_out(services.resolve(tokens.api))
    assert {status(raw) for raw in {*accepted, *spellings(tokens.api)}} == {401}


def _status(kind, raw):
    authentication = import_string(kind.authentication)
    body = {"get": lambda self, request: Response(200 if request.user.is_authenticated else 401)}
    view = type("View", (APIView,), {"authentication_classes": [authentication], **body})
    factory = APIRequestFactory()
    if kind.cookie:
        factory.cookies[kind.cookie] = raw
    request = factory.get("/", headers={"Authorization": f"{kind.scheme} {raw}"})
    SessionMiddleware(HttpResponse).process_request(request)
    AuthenticationMiddleware(HttpResponse).process_request(request)
    answer = view.as_view()(request)
    return answer.data if answer.status_code == 200 else answer.status_code
