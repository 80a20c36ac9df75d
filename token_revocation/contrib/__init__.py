"""Integrations with third-party packages, imported only where settings name them."""

from __future__ import annotations
