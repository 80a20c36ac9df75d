"""Attacks on endpoints of other packages, in a subprocess, as their apps must be installed."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("allauth", "channels", "dj_rest_auth", "djoser"):
    pytest.importorskip(package)


@pytest.mark.parametrize("name", ["package_logins", "package_error_reports"])
def test_cases_pass_in_a_subprocess(name):
    run_tests(f"tests/attacks/{name}.py", settings="tests.checks.package_settings", name=name)
