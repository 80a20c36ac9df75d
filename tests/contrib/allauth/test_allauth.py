"""Tests of allauth in a subprocess, because its apps must be installed."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("allauth", "channels", "dj_rest_auth", "djoser"):
    pytest.importorskip(package)


def test_allauth_cases_pass_in_a_subprocess():
    run_tests(
        "tests/contrib/allauth/cases.py", settings="tests.checks.package_settings", name="allauth"
    )


def test_cases_with_browser_sessions_pass_in_a_subprocess():
    run_tests(
        "tests/contrib/allauth/session_cases.py",
        settings="tests.contrib.allauth.session_settings",
        name="allauth_sessions",
    )
