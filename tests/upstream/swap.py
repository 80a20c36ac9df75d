"""A pytest plugin for the process that runs another package's tests.

It does not import ``tests``: that name belongs to the other package there.
"""

from __future__ import annotations

import json
import os
from importlib import import_module

import django
import pytest
from django.conf import settings
from django.utils.module_loading import import_string

replacements: dict[str, type] = {}
"""By the dotted path where each stands."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure():
    plan = json.loads(os.environ["UPSTREAM_PLAN"])
    settings.configure(**plan["settings"])
    django.setup()
    for theirs, ours in plan["swaps"].items():
        replacements[theirs] = import_string(ours)
        assert issubclass(replacements[theirs], import_string(theirs))
    put_in_place()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Once more: a test that reloads their module brings their class back."""
    put_in_place()


def put_in_place():
    """Before any module of tests takes what the paths name."""
    for path, replacement in replacements.items():
        module_path, _, name = path.rpartition(".")
        setattr(import_module(module_path), name, replacement)
