"""The pushes that there are, on real servers."""

from __future__ import annotations

import pytest
from django.db import connection

REDIS = "token_revocation.contrib.redis.RedisPush"
POSTGRES = "token_revocation.stores.snapshot.push.postgres.PostgresPush"


def over_redis(address):
    """The options of a store whose push goes over the Redis at ``address``."""
    pytest.importorskip("redis")
    return {"push": REDIS, "push_options": {"url": f"redis://{address}/0"}}


def over_postgres():
    """The options of a store whose push goes over the database of the test."""
    if connection.vendor != "postgresql":
        pytest.skip("LISTEN and NOTIFY are PostgreSQL's")
    return {"push": POSTGRES}
