"""Checks of other packages, in a process that installs their apps."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("allauth", "channels", "dj_rest_auth", "djoser", "social_django"):
    pytest.importorskip(package)


def test_views_of_other_packages_are_checked():
    run_tests(
        "tests/checks/package_cases.py", settings="tests.checks.package_settings", name="packages"
    )
