from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.hearing import hearing
from token_revocation.signals import revoked_token_used

# How long an example takes says nothing on a machine that others use as well.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _no_throttle_history():
    """DRF's throttles remember the requests of the tests before."""
    cache.clear()


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def token(user):
    """A token of DRF, of ``user``."""
    return AuthTokenFactory(user=user)


@pytest.fixture
def api_client():
    """Nobody: sends no credentials."""
    return APIClient()


@pytest.fixture
def holder(token):
    """A client that sends ``token``."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


@pytest.fixture
def client_of():
    """A client that sends the token it is made with."""

    def sending(raw, scheme="Token"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"{scheme} {raw}")
        return client

    return sending


@pytest.fixture
def heard():
    """What ``revoked_token_used`` told."""
    with hearing(revoked_token_used) as told:
        yield told
