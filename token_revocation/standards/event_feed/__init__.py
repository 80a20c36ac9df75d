"""A feed of revocations as security event tokens, delivered by polling (RFC 8936)."""

from __future__ import annotations
