from __future__ import annotations

import pytest

from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _issuer(settings, jwk):
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": "https://api.example.com", "SIGNING_JWK": jwk}


@pytest.fixture
def gateway(api_client, db):
    """A receiver with permission to read the feed."""
    api_client.force_authenticate(UserFactory(username="gateway", is_superuser=True))
    return api_client
