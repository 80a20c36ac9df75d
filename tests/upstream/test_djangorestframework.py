from __future__ import annotations

import pytest

from tests.upstream.runner import Upstream

DRF = Upstream(
    distribution="djangorestframework",
    tests=["tests/authentication", "tests/test_middleware.py"],
    replacements={
        "rest_framework.authentication.TokenAuthentication": (
            "token_revocation.contrib.authtoken.RevocableTokenAuthentication"
        ),
    },
    settings={
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "DEBUG_PROPAGATE_EXCEPTIONS": True,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            "rest_framework",
            "rest_framework.authtoken",
            "tests.authentication",
            "token_revocation",
        ],
        "MIDDLEWARE": [
            "django.middleware.common.CommonMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ROOT_URLCONF": "tests.urls",
        "SECRET_KEY": "tests-only-and-longer-than-thirty-two-bytes",
        "STATIC_URL": "/static/",
        "TEMPLATES": [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
    },
)


@pytest.fixture
def outcome(run_upstream):
    return run_upstream(DRF)


def test_drf_tests_pass_including_query_counts(outcome):
    assert not outcome.failed, outcome.output
    assert not outcome.skipped
    assert {name.partition(".")[0] for name in outcome.passed} >= {
        "TokenAuthTests",
        "CustomTokenAuthTests",
        "CustomKeywordTokenAuthTests",
        "SessionAuthTests",
        "BasicAuthTests",
    }
    assert "TokenAuthTests.test_post_json_makes_one_db_query" in outcome.passed
    assert len(outcome.passed) > 40
