"""The schema is generated from the classes of a process, so it has one of its own."""

from __future__ import annotations

import pytest

from tests.own_process import run_tests

for package in ("drf_spectacular", "jwt", "knox", "oauth2_provider", "rest_framework_simplejwt"):
    pytest.importorskip(package)

HERE = "tests/contrib/drf_spectacular"


def test_it_describes_our_classes_and_endpoints():
    run_tests(f"{HERE}/describing.py", settings="tests.contrib.drf_spectacular.settings", name="s")


def test_endpoints_keep_to_it():
    pytest.importorskip("schemathesis")
    run_tests(f"{HERE}/fuzzing.py", settings="tests.contrib.drf_spectacular.settings", name="f")
