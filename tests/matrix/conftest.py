from __future__ import annotations

import os
from importlib import import_module

import pytest

from tests.contrib.oauth2_provider.conftest import VALIDATOR
from tests.contrib.simplejwt.conftest import simple_jwt
from tests.matrix.kinds import KINDS
from tests.matrix.page import PAGE, page

__all__ = ["simple_jwt"]

FOUND = {}
"""The cells that this run has found, if it is to write the page."""


@pytest.fixture(autouse=True)
def _project(request, settings):
    settings.ROOT_URLCONF = "tests.matrix.urls"
    here = [kind for kind in KINDS.values() if kind.is_here]
    adapters = [*dict.fromkeys(kind.adapter for kind in here)]
    settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}
    if KINDS["simplejwt, sliding token"].is_here:
        classes = ("AccessToken", "SlidingToken")
        paths = tuple(f"rest_framework_simplejwt.tokens.{name}" for name in classes)
        request.getfixturevalue("simple_jwt")(AUTH_TOKEN_CLASSES=paths)
    settings.OAUTH2_PROVIDER = {
        "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
        "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
    }
    if KINDS["oauth2_provider, ID token"].is_here:
        settings.OAUTH2_PROVIDER |= import_module("tests.contrib.oauth2_provider.openid").provider()


@pytest.fixture
def found():
    return FOUND


def pytest_sessionfinish(session):
    if os.environ.get("WRITE_MATRIX") and not session.testsfailed:
        PAGE.write_text(page(FOUND))
