"""Long or deeply nested request bodies and tokens are no denial of service."""

from __future__ import annotations

import base64
import json
import tracemalloc
from importlib.util import find_spec
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.attacks.endpoints import endpoint_paths, urlconf
from token_revocation.tokens import MAX_RAW_LENGTH
from token_revocation.views._parsers import MAX_BODY_BYTES

MEBIBYTE = 2**20

ADAPTERS = {
    "authtoken.AuthTokenAdapter": "rest_framework",
    "simplejwt.SimpleJWTAdapter": "rest_framework_simplejwt",
}
"""The adapters in use, each with the package that it requires."""


@pytest.fixture(autouse=True)
def _urls(settings, db):
    settings.ROOT_URLCONF = urlconf("authtoken")
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [
            f"token_revocation.contrib.{adapter}"
            for adapter, package in ADAPTERS.items()
            if find_spec(package)
        ]
    }


class CountingStream(BytesIO):
    """A request body that counts the bytes read from it."""

    bytes_read = 0

    def read(self, size=-1):
        chunk = super().read(size)
        self.bytes_read += len(chunk)
        return chunk


def own_endpoints():
    return [(path, name) for path, name in endpoint_paths() if "oauth2_provider" not in name]


@pytest.mark.parametrize("limit", [2_621_440, None])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"refresh": [' + b"[]," * (2 * MEBIBYTE) + b"[]]}"),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * (6 * MEBIBYTE)),
    ],
)
def test_no_endpoint_reads_more_than_the_size_limit(settings, limit, content_type, body, token):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = limit
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token.key}")
    for path, name in own_endpoints():
        stream = CountingStream(body)
        answer = client.generic(
            "POST",
            path,
            content_type=content_type,
            CONTENT_LENGTH=str(len(body)),
            **{"wsgi.input": stream},
        )
        assert answer.status_code < 500, name
        assert stream.bytes_read <= 2 * MAX_BODY_BYTES, name
        token.save(force_insert=not type(token).objects.filter(pk=token.pk).exists())


def test_an_anonymous_logout_with_a_long_body_uses_little_memory():
    body = b'{"refresh": [' + b"[]," * (5 * MEBIBYTE) + b"[]]}"
    tracemalloc.start()
    assert APIClient().generic("POST", "/0/logout/", body, "application/json").status_code == 204
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(body)


def unsigned_jwt(header, payload):
    """Make a string of the form of a JWT."""
    parts = [
        base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (header, payload)
    ]
    return ".".join([*parts, "c2ln"])


HEADER = json.dumps({"alg": "HS256", "typ": "JWT"})
DEEP = "[" * 2_800
NESTED_TOKENS = {
    "nested header": unsigned_jwt(DEEP, "{}"),
    "nested payload": unsigned_jwt(HEADER, DEEP),
    "nested header and payload": unsigned_jwt(DEEP[:2000], DEEP[:2000]),
    "nested object": unsigned_jwt('{"a":' * 1_100, "{}"),
    "header without an object": unsigned_jwt("1", "[]"),
}


@pytest.mark.parametrize("raw", NESTED_TOKENS.values(), ids=NESTED_TOKENS)
class TestNestedTokens:
    def test_no_endpoint_fails_on_a_token_in_the_body(self, raw):
        assert len(raw) <= MAX_RAW_LENGTH
        for path, name in own_endpoints():
            for data in (
                {"token": raw},
                {"refresh": raw},
                {"logout_token": raw},
                {"tokens": [raw]},
            ):
                answer = APIClient().post(path, data, format="json")
                assert answer.status_code < 500, name
            answer = APIClient().generic("POST", path, raw, "application/secevent+jwt")
            assert answer.status_code < 500, name

    @pytest.mark.parametrize("kind", ["simplejwt, access token", "oauth2_provider, ID token"])
    def test_no_authentication_class_fails(self, raw, kind, settings):
        pytest.importorskip("rest_framework_simplejwt")
        pytest.importorskip("oauth2_provider")
        settings.ROOT_URLCONF = urlconf(kind)
        if "ID token" in kind:
            from tests.contrib.oauth2_provider.conftest import VALIDATOR
            from tests.contrib.oauth2_provider.openid import provider_settings

            settings.OAUTH2_PROVIDER = {"OAUTH2_VALIDATOR_CLASS": VALIDATOR, **provider_settings()}
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {raw}")
        for path, name in [("/protected/", "protected"), *own_endpoints()]:
            assert client.get(path).status_code < 500, name
            assert client.post(path).status_code < 500, name


def test_a_jwt_is_not_looked_up_as_a_key_of_another_kind():
    raw = unsigned_jwt(HEADER, "{}")
    with CaptureQueriesContext(connection) as queries:
        APIClient().post("/0/revoke/", {"token": raw})
        APIClient(HTTP_AUTHORIZATION=f"Token {raw}").get("/protected/")
    assert not [query["sql"] for query in queries.captured_queries if raw in query["sql"]]
