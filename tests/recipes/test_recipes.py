"""Run ``cases.py`` in a separate process, because its packages are apps."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

for package in ("allauth", "celery", "channels", "dj_rest_auth", "djoser", "knox"):
    pytest.importorskip(package)


@pytest.mark.trap("T28")
def test_recipes_work_as_documented():
    run_tests("tests/recipes/cases.py", settings="tests.recipes.settings", name="recipes")
