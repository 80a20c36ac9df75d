"""The list of authentication classes, as the project has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Warning
from rest_framework.settings import api_settings

from token_revocation.authentication import RevocationMixin


def check_gate() -> Iterator[CheckMessage]:
    """No class that asks."""
    if not any(issubclass(c, RevocationMixin) for c in _classes()):
        yield Warning(
            "No class in DEFAULT_AUTHENTICATION_CLASSES refuses revoked tokens.",
            hint="List a revocable class from token_revocation.contrib, or silence this check "
            "if your views name theirs.",
            id="token_revocation.W001",
        )


def check_order() -> Iterator[CheckMessage]:
    """A first class without a challenge: DRF answers 403 then, where clients wait for 401."""
    classes = _classes()
    if any(issubclass(c, RevocationMixin) for c in classes) and not _challenges(classes[0]):
        yield Warning(
            f"{classes[0].__name__} stands first in DEFAULT_AUTHENTICATION_CLASSES, so a "
            "revoked token is answered with 403, and an unknown one without WWW-Authenticate.",
            hint="Put a class with a challenge first: the first one decides between 401 and 403.",
            id="token_revocation.W002",
        )


def _classes() -> list[Any]:
    return list(api_settings.DEFAULT_AUTHENTICATION_CLASSES)


def _challenges(authentication_class: Any) -> bool:
    """Whether DRF gets a challenge from it; the base class has none to give."""
    return bool(authentication_class().authenticate_header(None))
