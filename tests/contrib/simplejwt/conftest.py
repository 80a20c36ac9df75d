from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.contrib.simplejwt.clients import Pair, client_with

collect_ignore_glob: list[str] = []

if find_spec("rest_framework_simplejwt") is None:
    collect_ignore_glob = ["test_*.py"]  # pytest imports this module without simplejwt too.
else:
    from rest_framework_simplejwt.tokens import api_settings

    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
    from token_revocation.sessions import _receivers
    from token_revocation.signals import token_issued

SESSIONS_APP = "token_revocation.sessions"


@pytest.fixture(autouse=True)
def _simplejwt_settings(settings):
    settings.ROOT_URLCONF = "tests.contrib.simplejwt.urls"
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"],
    }


@pytest.fixture
def revocation(settings):
    """Return a function that changes settings of ``TOKEN_REVOCATION``."""

    def change(**changes):
        settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, **changes}

    return change


@pytest.fixture
def simple_jwt(monkeypatch):
    """Return a function that changes settings of simplejwt in the object its modules import."""
    monkeypatch.setattr("rest_framework_simplejwt.settings.api_settings", api_settings)
    changed = {}

    def change(**changes):
        changed.update(changes)
        monkeypatch.setattr(api_settings, "_user_settings", changed, raising=False)
        clear_cached_settings(changed)

    yield change
    monkeypatch.undo()
    clear_cached_settings(changed)


def clear_cached_settings(names):
    for name in names:
        api_settings.__dict__.pop(name, None)


@pytest.fixture
def rotating(simple_jwt):
    simple_jwt(ROTATE_REFRESH_TOKENS=True)


@pytest.fixture
def without_sessions_app(settings, monkeypatch):
    """Uninstall the app of sessions, so that tokens are not marked and no row is stored."""
    monkeypatch.setattr("token_revocation._observed_uses._observers", [])
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != SESSIONS_APP]
    token_issued.disconnect(dispatch_uid=SESSIONS_APP)
    yield
    _receivers.connect()


@pytest.fixture(params=["row per session", "row per token"])
def _storage(request):
    """Run a test with and without the app of sessions."""
    if request.param == "row per token":
        request.getfixturevalue("without_sessions_app")


@pytest.fixture
def refresh_token(user):
    """A refresh token of ``user``."""
    return RevocableRefreshToken.for_user(user)


@pytest.fixture
def pair(refresh_token):
    """The raw tokens of a login of ``user``."""
    return Pair(refresh=str(refresh_token), access=str(refresh_token.access_token))


@pytest.fixture
def client(pair):
    """A client that sends the access token."""
    return client_with(pair.access)
