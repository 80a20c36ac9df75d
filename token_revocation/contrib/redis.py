"""Push notifications by Redis Pub/Sub."""

from __future__ import annotations

from django.db import connections
from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry

from token_revocation.stores.snapshot.push import CHANNEL, Push

TIMEOUT_SECONDS = 0.5
"""Time for which a request waits for Redis."""


class RedisPush(Push):
    """Push notifications over Redis, which stores nothing.

    Args:
        using: Alias of the database with the revocations.
        url: Address of Redis, as for :meth:`redis.Redis.from_url`.
        channel: Name of the channel. The default contains the database name, so that projects
            can share a Redis server.
    """

    def __init__(self, *, using: str, url: str, channel: str = "") -> None:
        super().__init__(using=using)
        # The default of redis-py is to retry with delays, while a request waits.
        no_retry = Retry(NoBackoff(), 0)
        self._client = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=no_retry,
        )
        self._channel = channel or f"{CHANNEL}:{connections[using].settings_dict['NAME']}"
        self._subscription: PubSub | None = None

    def send(self) -> None:
        self._client.publish(self._channel, "refresh")

    def listen(self) -> None:
        if self._subscription is None:
            subscription = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            self._subscription = subscription
        self._subscription.subscribe(self._channel)

    def wait(self, seconds: float) -> bool:
        subscription = self._subscription
        return subscription is not None and subscription.get_message(timeout=seconds) is not None

    def disconnect(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            subscription.close()
