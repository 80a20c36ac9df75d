from __future__ import annotations

import pytest

from tests.upstream.runner import Upstream

pytest.importorskip("rest_framework_simplejwt")

THEIRS = "rest_framework_simplejwt.authentication"
OURS = "token_revocation.contrib.simplejwt.authentication"
SIMPLE_JWT = Upstream(
    distribution="djangorestframework_simplejwt",
    tests=["tests/test_authentication.py", "tests/test_integration.py"],
    replacements={
        f"{THEIRS}.JWTAuthentication": f"{OURS}.RevocableJWTAuthentication",
        f"{THEIRS}.JWTStatelessUserAuthentication": (
            f"{OURS}.RevocableJWTStatelessUserAuthentication"
        ),
    },
    settings={
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEBUG_PROPAGATE_EXCEPTIONS": True,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "rest_framework_simplejwt",
            "rest_framework_simplejwt.token_blacklist",
            "token_revocation",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ROOT_URLCONF": "tests.urls",
        "SECRET_KEY": "tests-only-and-longer-than-thirty-two-bytes",
        "SIMPLE_JWT": {"BLACKLIST_AFTER_ROTATION": True},
        "TOKEN_REVOCATION": {"ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]},
        "USE_TZ": True,
    },
)


def test_simplejwt_tests_pass(run_upstream):
    outcome = run_upstream(SIMPLE_JWT)
    assert not outcome.failed, outcome.output
    assert not outcome.skipped
    assert {name.partition(".")[0] for name in outcome.passed} == {
        "TestJWTAuthentication",
        "TestJWTStatelessUserAuthentication",
        "TestTestView",
    }
    assert len(outcome.passed) > 15
