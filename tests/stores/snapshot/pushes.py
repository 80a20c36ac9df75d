"""Store options for each push implementation."""

from __future__ import annotations

import pytest
from django.db import connection

REDIS = "token_revocation.contrib.redis.RedisPush"
POSTGRES = "token_revocation.stores.snapshot.push.postgres.PostgresPush"


def redis_push_options(address):
    """Return store options for push notifications over the Redis at ``address``."""
    pytest.importorskip("redis")
    return {"push": REDIS, "push_options": {"url": f"redis://{address}/0"}}


def postgres_push_options():
    """Return store options for push notifications over the test database."""
    if connection.vendor != "postgresql":
        pytest.skip("LISTEN and NOTIFY need PostgreSQL")
    return {"push": POSTGRES}
