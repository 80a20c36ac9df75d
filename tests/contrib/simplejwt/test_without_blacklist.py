"""Tests of simplejwt without its ``token_blacklist`` app, in a subprocess."""

from __future__ import annotations

from tests.subprocess_runner import run_tests

PACKAGE = "tests.contrib.simplejwt"
MODULES = (
    "no_blacklist_cases",
    *("test_atomic_requests", "test_cookies", "test_inactive_users", "test_rejection"),
    *("test_revoke_endpoint", "test_sessions", "test_refresh_sliding"),
)


def test_cases_pass_without_the_blacklist_app():
    files = [f"{PACKAGE.replace('.', '/')}/{module}.py" for module in MODULES]
    run_tests(*files, settings=f"{PACKAGE}.settings_without_blacklist", name="b")
