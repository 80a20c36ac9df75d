"""The base class of OAuth Toolkit's tests, for one database."""

from __future__ import annotations

from django.test import TestCase as OAuth2ProviderTestCase

__all__ = ["OAuth2ProviderTestCase"]
