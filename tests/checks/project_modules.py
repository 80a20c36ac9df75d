"""Modules of a project, whose source the checks read."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from itertools import count

import pytest
from django.urls import clear_url_caches

from token_revocation._checks import check_token_revocation

_numbers = count()


@pytest.fixture
def package(settings, tmp_path, monkeypatch):
    """Return a function that writes a package, the root of the URLs, and returns its name."""

    def make(**sources):
        name = f"shop{next(_numbers)}"
        (tmp_path / name).mkdir()
        for file, text in {"__init__": "", "urls": "urlpatterns = []", **sources}.items():
            (tmp_path / name / f"{file}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        invalidate_caches()
        settings.ROOT_URLCONF = f"{name}.urls"
        clear_url_caches()
        return name

    yield make
    for name in [name for name in sys.modules if name.startswith("shop")]:
        del sys.modules[name]
    clear_url_caches()


@pytest.fixture
def shop(package):
    """Return a function that loads a module and returns the messages of the check ``id``."""

    def make(source, id, module="logins"):
        name = package(**{module: source})
        import_module(f"{name}.{module}")
        found = [each.msg for each in check_token_revocation() if each.id == id]
        return [message.replace(name, "shop") for message in found]

    return make
