"""Signal receivers: revocation, cache invalidation and security log."""

from __future__ import annotations

from django.db.models.signals import post_migrate

from token_revocation._receivers import (
    accounts,
    cache_invalidation,
    deletions,
    fixtures,
    issue_times,
    logout,
    security_log,
    token_managers,
)
from token_revocation.stores import _lifetimes


def connect() -> None:
    """Connect all receivers, after all models are loaded."""
    accounts.connect()
    deletions.connect()
    issue_times.connect()
    security_log.connect()
    cache_invalidation.connect()
    logout.connect()
    token_managers.connect()
    fixtures.connect()
    # The command ``flush`` sends it too.
    post_migrate.connect(_lifetimes.clear_recorded)
