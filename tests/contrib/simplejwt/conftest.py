from __future__ import annotations

from importlib.util import find_spec

import pytest
from rest_framework.test import APIClient

from tests.contrib.simplejwt.clients import Pair, sending

collect_ignore_glob: list[str] = []

if find_spec("rest_framework_simplejwt") is None:
    collect_ignore_glob = ["test_*.py"]  # This module is imported all the same.
else:
    from rest_framework_simplejwt.tokens import api_settings

    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.ROOT_URLCONF = "tests.contrib.simplejwt.urls"
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"],
    }


@pytest.fixture
def revocation(settings):
    """Change some of our settings."""

    def change(**changes):
        settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, **changes}

    return change


@pytest.fixture
def simple_jwt(monkeypatch):
    """Change settings of simplejwt, in the object that its own modules have taken hold of."""
    monkeypatch.setattr("rest_framework_simplejwt.settings.api_settings", api_settings)
    changed = {}

    def change(**changes):
        changed.update(changes)
        monkeypatch.setattr(api_settings, "_user_settings", changed, raising=False)
        forget(changed)

    yield change
    monkeypatch.undo()
    forget(changed)


def forget(names):
    """What simplejwt remembers of these settings."""
    for name in names:
        api_settings.__dict__.pop(name, None)


@pytest.fixture
def rotating(simple_jwt):
    simple_jwt(ROTATE_REFRESH_TOKENS=True)


@pytest.fixture
def refresh_token(user):
    """What logging ``user`` in gives."""
    return RevocableRefreshToken.for_user(user)


@pytest.fixture
def pair(refresh_token):
    """What the client of ``user`` holds."""
    return Pair(refresh=str(refresh_token), access=str(refresh_token.access_token))


@pytest.fixture
def client(pair):
    """A client that sends the access token."""
    return sending(pair.access)


@pytest.fixture
def nobody():
    return APIClient()
