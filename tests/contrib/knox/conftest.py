from __future__ import annotations

from datetime import timedelta

import pytest

ADAPTER = "token_revocation.contrib.knox.KnoxAdapter"
EXPIRED = timedelta(seconds=-1)


@pytest.fixture
def knox_in_use(settings):
    """Use the adapter for knox."""
    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTER]}


@pytest.fixture
def create_token(user, knox_in_use):
    """Create a token of ``user``, and return the row and the raw token."""
    from knox.models import AuthToken

    def create(**options):
        return AuthToken.objects.create(user=user, **options)

    return create


@pytest.fixture
def knox_settings(settings):
    """Change settings of knox."""

    def change(**options):
        settings.REST_KNOX = options

    return change
