from __future__ import annotations

import pytest

from tests.upstream.runner import Upstream

pytest.importorskip("oauth2_provider")

OAUTH_TOOLKIT = Upstream(
    distribution="django-oauth-toolkit",
    tests=["tests/test_rest_framework.py"],
    stand_ins="oauth2_provider",
    plugins=["marked_settings"],
    replacements={
        "oauth2_provider.contrib.rest_framework.OAuth2Authentication": (
            "token_revocation.contrib.oauth2_provider.authentication.RevocableOAuth2Authentication"
        ),
    },
    settings={
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "oauth2_provider",
            "token_revocation",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "SECRET_KEY": "tests-only-and-longer-than-thirty-two-bytes",
        "TOKEN_REVOCATION": {
            "ADAPTERS": ["token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"]
        },
        "USE_TZ": True,
    },
)


def test_oauth_toolkit_tests_pass(run_upstream):
    outcome = run_upstream(OAUTH_TOOLKIT)
    assert not outcome.failed, outcome.output
    assert not outcome.skipped
    assert {name.partition(".")[0] for name in outcome.passed} == {"TestOAuth2Authentication"}
    assert len(outcome.passed) > 30
