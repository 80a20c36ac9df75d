from __future__ import annotations

import os
from importlib import import_module

import pytest

from tests.contrib.oauth2_provider.conftest import VALIDATOR
from tests.contrib.simplejwt.conftest import simple_jwt
from tests.matrix.kinds import KINDS
from tests.matrix.packages.page import render
from tests.matrix.packages.projects import PROJECTS
from tests.matrix.page import PAGE, page

__all__ = ["simple_jwt"]

KIND_CELLS = {}
"""The cells of each kind of token and event, for the page."""

PACKAGE_CELLS = {}
"""The cells of each project with another package, for the page."""


@pytest.fixture(autouse=True)
def _project(request, settings):
    settings.ROOT_URLCONF = "tests.matrix.urls"
    installed = [kind for kind in KINDS.values() if kind.is_installed]
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "token_revocation.contrib.sessions.RevocationMiddleware",
    ]
    adapters = [*dict.fromkeys(kind.adapter for kind in installed)]
    settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}
    if KINDS["simplejwt, sliding token"].is_installed:
        classes = ("AccessToken", "SlidingToken")
        paths = tuple(f"rest_framework_simplejwt.tokens.{name}" for name in classes)
        request.getfixturevalue("simple_jwt")(AUTH_TOKEN_CLASSES=paths)
    settings.OAUTH2_PROVIDER = {
        "OAUTH2_VALIDATOR_CLASS": VALIDATOR,
        "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
    }
    if KINDS["oauth2_provider, ID token"].is_installed:
        settings.OAUTH2_PROVIDER |= import_module(
            "tests.contrib.oauth2_provider.openid"
        ).provider_settings()


@pytest.fixture
def kind_cells():
    return KIND_CELLS


@pytest.fixture
def package_cells():
    return PACKAGE_CELLS


def pytest_sessionfinish(session):
    if os.environ.get("WRITE_MATRIX") and not session.testsfailed:
        in_order = {name: PACKAGE_CELLS[name] for name in PROJECTS}
        PAGE.write_text(f"{page(KIND_CELLS)}\n{render(in_order)}")
