"""Check of authentication classes whose adapter is not in ``ADAPTERS``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from token_revocation._checks.entry_points import dotted_path, is_revocable
from token_revocation._checks.urlconf import iterate_routes
from token_revocation.adapters import get_adapters


def check_missing_adapters() -> Iterator[CheckMessage]:
    """Report revocable classes whose adapter the services do not know."""
    for each, place in _revocable_classes().items():
        adapter = getattr(each, "adapter", None)
        if adapter is not None and adapter.kind not in get_adapters():
            yield Error(
                f"{each.__qualname__} in {place} accepts tokens of the kind {adapter.kind!r}, whose "
                "adapter is missing in TOKEN_REVOCATION['ADAPTERS']. Services do not find these "
                "tokens, and purges may delete their revocations too early.",
                hint=f"Add {dotted_path(type(adapter))} to ADAPTERS.",
                id="token_revocation.E040",
            )


def _revocable_classes() -> dict[Any, str]:
    """Return the revocable classes, each with the first place that uses it."""
    found = dict.fromkeys(
        api_settings.DEFAULT_AUTHENTICATION_CLASSES, "DEFAULT_AUTHENTICATION_CLASSES"
    )
    for route in iterate_routes():
        classes = route.get("authentication_classes")
        is_own = classes is not APIView.authentication_classes
        for each in classes if is_own and isinstance(classes, list | tuple) else ():
            found.setdefault(each, f"{route.view} ({route.path})")
    return {each: place for each, place in found.items() if is_revocable(each)}
