from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from token_revocation.testing import make_token
from token_revocation.tokens import Subject

US = "https://api.example.com"


@pytest.fixture
def us(settings, jwk):
    """We, who sign lists."""
    settings.ROOT_URLCONF = "tests.standards.urls"
    settings.TOKEN_REVOCATION = {"ISSUER": US, "SIGNING_JWK": jwk}
    return US


@pytest.fixture
def make():
    """A token of a user and a session that expires tomorrow."""

    def make(**parts):
        subjects = (Subject.user(1), Subject.session(uuid4().hex))
        tomorrow = timezone.now() + timedelta(days=1)
        return make_token(**{"subjects": subjects, "expires_at": tomorrow, **parts})

    return make
