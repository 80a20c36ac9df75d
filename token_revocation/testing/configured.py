"""The settings that a contract changes a part of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def configured() -> Mapping[str, Any]:
    """``TOKEN_REVOCATION`` as it is now."""
    return getattr(settings, "TOKEN_REVOCATION", {})
