"""Fixture for the URL configuration of a test."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from django.urls import clear_url_caches


@pytest.fixture
def urlconf(settings, monkeypatch):
    """Return a function that creates a URL configuration, by default ``ROOT_URLCONF``."""

    def make(*patterns, name="urlconf_of_a_test", **attributes):
        module = ModuleType(name)
        module.urlpatterns = list(patterns)
        vars(module).update(attributes)
        monkeypatch.setitem(sys.modules, name, module)
        if name == "urlconf_of_a_test":
            settings.ROOT_URLCONF = name
        clear_url_caches()
        return name

    yield make
    clear_url_caches()
