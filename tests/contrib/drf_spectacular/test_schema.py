"""The OpenAPI schema, tested in a process with its own settings."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("drf_spectacular", "jwt", "knox", "oauth2_provider", "rest_framework_simplejwt"):
    pytest.importorskip(package)

HERE = "tests/contrib/drf_spectacular"


def test_schema_describes_classes_and_endpoints():
    run_tests(
        f"{HERE}/schema_cases.py", settings="tests.contrib.drf_spectacular.settings", name="s"
    )


def test_endpoints_conform_to_the_schema():
    pytest.importorskip("schemathesis")
    run_tests(f"{HERE}/fuzz_cases.py", settings="tests.contrib.drf_spectacular.settings", name="f")
