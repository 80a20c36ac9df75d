"""Custom user models, each in its own process."""

from __future__ import annotations

import pytest

from tests.subprocess_runner import run_tests

CASES = {
    "KeyedByUUID": ["cases.py", "inherited_models.py"],
    "KeyedByText": ["cases.py"],
    "Suspendable": ["suspendable.py"],
    "NamedByNumber": ["lookups.py"],
    "NamedByDecimal": ["lookups.py"],
    "NamedByUUID": ["lookups.py"],
    "NamedByPhone": ["lookups.py"],
    "InheritedUser": ["lookups.py"],
}


@pytest.mark.parametrize("model", CASES)
def test_custom_user_model(model):
    files = [f"tests/user_models/{name}" for name in CASES[model]]
    run_tests(*files, settings="tests.user_models.settings", name=model.lower(), USER_MODEL=model)
