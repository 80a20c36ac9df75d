"""Fuzz tests of all endpoints against the schema, which ``test_schema.py`` runs."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import AuthTokenFactory, UserFactory

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/secevent+jwt")
def serialize_text(context, value):
    return str(value).encode()


schema = schemathesis.openapi.from_wsgi("/schema/?format=json", get_wsgi_application())


@pytest.fixture(autouse=True)
def _connections_stay(db):
    """Keep the connection of the test's transaction open, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(db):
    user = UserFactory(is_staff=True, is_superuser=True)
    return AuthTokenFactory(user=user).key


@schema.parametrize()
@hypothesis_settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_responses_match_the_schema(case, key):
    response = case.call(headers={"Authorization": f"Token {key}"})
    with suppress(Resolver404):  # Where a path leads to no view, the answer is Django's.
        resolve(urlsplit(response.request.url).path)
        case.validate_response(response, checks=CHECKS)
