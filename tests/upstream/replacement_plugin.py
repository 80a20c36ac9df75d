"""A pytest plugin that replaces classes of another package while its tests run.

It cannot import from ``tests``, which is a package of the other distribution there.
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
"""The replacement classes by the dotted path of the class that they replace."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure():
    plan = json.loads(os.environ["UPSTREAM_PLAN"])
    settings.configure(**plan["settings"])
    django.setup()
    for path, replacement in plan["replacements"].items():
        replacements[path] = import_string(replacement)
        assert issubclass(replacements[path], import_string(path))
    replace_classes()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Replace again: a test that reloads a module restores its class."""
    replace_classes()


def replace_classes():
    """Replace the classes before a test module imports them."""
    for path, replacement in replacements.items():
        module_path, _, name = path.rpartition(".")
        setattr(import_module(module_path), name, replacement)
