"""The user model is one for a process, so each of these runs in a process of its own."""

from __future__ import annotations

import pytest

from tests.own_process import run_tests

CASES = {"KeyedByUUID": ["cases.py", "inheriting.py"], "KeyedByText": ["cases.py"]}


@pytest.mark.parametrize("model", CASES)
def test_its_users_are_cut_off_too(model):
    files = [f"tests/user_models/{name}" for name in CASES[model]]
    run_tests(*files, settings="tests.user_models.settings", name=model.lower(), USER_MODEL=model)
