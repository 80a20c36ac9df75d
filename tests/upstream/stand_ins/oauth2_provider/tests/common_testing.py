"""The class that OAuth Toolkit's tests build on, for one database."""

from __future__ import annotations

from django.test import TestCase as OAuth2ProviderTestCase

__all__ = ["OAuth2ProviderTestCase"]
