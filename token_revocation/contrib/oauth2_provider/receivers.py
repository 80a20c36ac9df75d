"""Refresh tokens that OAuth Toolkit revokes: its endpoint, its pages, its admin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models.signals import post_save

from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.contrib.oauth2_provider.stored import labels
from token_revocation.models import Reason

KIND = "oauth2_provider"


def connect() -> None:
    """Listen to the model of refresh tokens, once it is loaded."""
    post_save.connect(record, sender=labels()[1], dispatch_uid="token_revocation.oauth2_provider")


def record(*, instance: Any, raw: bool, **kwargs: Any) -> None:
    """Record a refresh token that is kept, and marked as revoked."""
    adapter = get_adapters().get(KIND)
    if raw or instance.revoked is None or adapter is None:
        return
    # It is marked already, and its access token, by which it would expire, is gone.
    lifetime = adapter.lifetime
    expires_at = None if lifetime is None else now() + lifetime
    ref = replace(adapter.identify(instance), expires_at=expires_at)
    services.record_deletion(ref, reason=Reason.PACKAGE)
