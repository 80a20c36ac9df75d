"""Limits at the logins of other packages, in a subprocess, as their apps must be installed."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("allauth", "channels", "dj_rest_auth", "djoser"):
    pytest.importorskip(package)


def test_cases_pass_in_a_subprocess():
    path = "tests/sessions/package_limits.py"
    run_tests(path, settings="tests.checks.package_settings", name="package_limits")
