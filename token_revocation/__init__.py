"""Revocation of all kinds of tokens for Django REST framework."""

from __future__ import annotations

__version__ = "0.1.0"
