"""The packages of the recipes are apps, so they have a process of their own."""

from __future__ import annotations

import pytest

from tests.own_process import run_tests

for package in ("allauth", "celery", "channels", "dj_rest_auth", "djoser", "knox"):
    pytest.importorskip(package)


@pytest.mark.trap("T28")
def test_every_recipe_does_what_it_says():
    run_tests("tests/recipes/cases.py", settings="tests.recipes.settings", name="recipes")
