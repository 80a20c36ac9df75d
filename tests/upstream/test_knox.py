from __future__ import annotations

import pytest

from tests.upstream.runner import Upstream

pytest.importorskip("knox")

READS = "A request deletes nothing; an expired token is refused where it stands."
KNOX = Upstream(
    distribution="django-rest-knox",
    tests=["tests"],
    stand_ins="knox",
    swaps={
        "knox.auth.TokenAuthentication": "token_revocation.contrib.knox.RevocableKnoxAuthentication"
    },
    settings={
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "knox",
            "token_revocation",
        ],
        "MIDDLEWARE": ["django.contrib.sessions.middleware.SessionMiddleware"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": [
                "rest_framework.authentication.BasicAuthentication",
                "rest_framework.authentication.SessionAuthentication",
                "knox.auth.TokenAuthentication",
            ],
        },
        "ROOT_URLCONF": "root",
        "SECRET_KEY": "tests-only-and-longer-than-thirty-two-bytes",
        "TIME_ZONE": "UTC",
        "TOKEN_REVOCATION": {"ADAPTERS": ["token_revocation.contrib.knox.KnoxAdapter"]},
        "USE_TZ": True,
    },
    differences={
        "CleanupTokenTestCase.test_cleanup_deletes_expired_tokens_for_same_user": READS,
        "CleanupTokenTestCase.test_cleanup_deletes_expired_auth_token_and_skips_it": READS,
        "CleanupTokenTestCase.test_cleanup_signal_source_other_token": READS,
        "CleanupTokenTestCase.test_cleanup_query_count_with_expired_siblings": READS,
        "TokenAuthenticationTestCase.test_expired_tokens_deleted": READS,
    },
)


def test_their_tests_pass_with_our_class_but_for_those_that_want_a_request_to_delete(run_upstream):
    outcome = run_upstream(KNOX)
    assert outcome.failed == KNOX.differences.keys(), outcome.output
    assert not outcome.skipped
    assert {name.partition(".")[0] for name in outcome.passed} >= {
        "CleanupTokenTestCase",
        "LoginViewTestCase",
        "LogoutViewsTestCase",
        "TokenAuthenticationTestCase",
    }
    assert len(outcome.passed) > 40
