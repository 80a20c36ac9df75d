"""Over Redis: a snapshot hears of a revocation by publish and subscribe."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry

from token_revocation.stores.snapshot.push import CHANNEL, Push

TIMEOUT = 0.5
"""Seconds that a request waits for a Redis that does not answer."""


class RedisPush(Push):
    """``url`` as :meth:`redis.Redis.from_url` takes it. Keeps nothing in Redis.

    Projects that share a Redis may share the ``channel``: they look once too often.
    """

    def __init__(self, *, using: str, url: str, channel: str = CHANNEL) -> None:
        super().__init__(using=using)
        # By default it would try again and again, while a request waits.
        once = Retry(NoBackoff(), 0)
        self._client = Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=once
        )
        self._channel = channel
        self._subscription: PubSub | None = None

    def send(self) -> None:
        self._client.publish(self._channel, "look")

    def listen(self) -> None:
        if self._subscription is None:
            subscription = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            self._subscription = subscription
        self._subscription.subscribe(self._channel)

    def wait(self, seconds: float) -> bool:
        subscription = self._subscription
        return subscription is not None and subscription.get_message(timeout=seconds) is not None

    def hang_up(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            subscription.close()
