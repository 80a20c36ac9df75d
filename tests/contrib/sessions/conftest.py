from __future__ import annotations

import pytest

from tests.contrib.sessions.browsers import MIDDLEWARE, log_in, make_staff

ENGINES = ("db", "cache", "cached_db", "file", "signed_cookies")

SETTINGS = {
    "ADAPTERS": [
        "token_revocation.contrib.sessions.SessionAdapter",
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
    ]
}


@pytest.fixture(autouse=True)
def site(settings):
    """Configure the project, as the documentation says."""
    settings.ROOT_URLCONF = "tests.contrib.sessions.urls"
    settings.TOKEN_REVOCATION = SETTINGS
    settings.LOGIN_REDIRECT_URL = "/page/"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    """Each session engine of Django."""
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.fixture
def user(db):
    """A user whom pages, the API and the admin accept."""
    return make_staff()


@pytest.fixture
def browser(user):
    return log_in(user)
