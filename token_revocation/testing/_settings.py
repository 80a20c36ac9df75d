"""Settings of this package that are overridden for one test."""

from __future__ import annotations

from typing import Any
from unittest import TestCase

from django.conf import settings
from django.test import override_settings


def override_token_revocation(test_case: TestCase, **values: Any) -> None:
    """Override keys of ``TOKEN_REVOCATION`` until the end of ``test_case``."""
    current = getattr(settings, "TOKEN_REVOCATION", {})
    override = override_settings(TOKEN_REVOCATION={**current, **values})
    override.enable()
    test_case.addCleanup(override.disable)
