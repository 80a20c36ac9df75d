"""Revocation for every kind of Django REST framework token: logged out means logged out."""

from __future__ import annotations

__version__ = "0.1.0"
