"""Asynchronous views of adrf."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.testing._databases import failing_database

pytest.importorskip("adrf")

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.asgi.adrf_views")]


@pytest.fixture(params=["class", "sync", "viewset", "function"])
def view_name(request):
    return request.param


@pytest.fixture(params=["sync", "async"])
def get(request, view_name, token):
    """Send a request with ``token`` to a view with a class of this kind."""

    def send():
        headers = {"Authorization": f"Token {token.key}"}
        return async_to_sync(AsyncClient().get)(f"/{request.param}/{view_name}/", headers=headers)

    return send


@pytest.fixture
def ref(token):
    return AuthTokenAdapter().identify(token)


def test_valid_token_is_accepted(get, ref):
    answer = get()
    assert (answer.status_code, answer.json()) == (200, {"token": ref.identifier})


def test_revoked_token_is_rejected_with_code_and_challenge(get, user):
    services.revoke_everyone()
    answer = get()
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_503_has_a_code_and_retry_after(get):
    with failing_database("revokedtoken"):
        answer = get()
    assert (answer.status_code, answer.json()["code"]) == (503, "revocation_unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_signal_of_a_revoked_token_is_sent_once(get, revoked_token_uses):
    services.revoke_everyone()
    get()
    assert len(revoked_token_uses) == 1
