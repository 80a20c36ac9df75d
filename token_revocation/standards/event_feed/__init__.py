"""What ended since you last asked: our revocations as security event tokens (RFC 8936)."""

from __future__ import annotations
