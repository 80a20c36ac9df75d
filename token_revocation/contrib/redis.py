"""Push by a stream of Redis."""

from __future__ import annotations

from typing import Any

from django.db import connections
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from token_revocation.stores.snapshot.push import CHANNEL, READ_DATABASE, Push

TIMEOUT_SECONDS = 0.5
"""Time for which a request waits for Redis."""

READ_TIMEOUT_SECONDS = 3.0
"""Time after which a connection that waits for messages counts as broken."""

MAX_LENGTH = 10_000
"""Messages that the stream keeps, for processes that were disconnected."""

MAX_MESSAGES = 1000
"""Messages of one read. A process that is further behind reads the database instead."""

START = "0-0"
"""The position before the first message of a stream."""

FIELD = "entries"


class RedisPush(Push):
    """Push over a Redis stream: a process that was disconnected reads on where it stopped.

    Args:
        using: Alias of the database with the revocations.
        url: Address of Redis, as for :meth:`redis.Redis.from_url`.
        stream: Key of the stream. The default contains the database name. Messages name their
            database and tenant, so projects can share a stream.
    """

    def __init__(self, *, using: str, url: str, stream: str = "") -> None:
        super().__init__(using=using)
        self._client = _client(url, TIMEOUT_SECONDS)
        self._readers = _client(url, READ_TIMEOUT_SECONDS)
        self._reader: Redis | None = None
        self._stream = stream or f"{CHANNEL}:{connections[using].settings_dict['NAME']}"
        self._position: Any = None

    def send(self, message: str) -> None:
        # "~": Redis removes whole blocks of messages, which is faster than an exact length.
        # https://redis.io/docs/latest/commands/xadd/
        self._client.xadd(self._stream, {FIELD: message}, maxlen=MAX_LENGTH, approximate=True)

    def listen(self) -> bool:
        if self._reader is None:
            self._reader = self._readers.client()  # type: ignore[no-untyped-call]
        # The last message is missing if Redis was restarted without its data, if another server
        # took over, or if the stream was trimmed: later messages may then be missing, too.
        position = self._position
        if position and self._reader.xrange(self._stream, position, position):
            return False
        self._skip_to_end(self._reader)
        return True

    def wait(self, seconds: float) -> list[str]:
        reader = self._reader
        if reader is None:
            return []
        # A socket timeout in the URL may be shorter than the wait. Zero would block forever.
        timeout = reader.get_connection_kwargs()["socket_timeout"]
        block = max(1, int(1000 * min(seconds, timeout / 2)))
        found = _messages(reader.xread({self._stream: self._position}, MAX_MESSAGES, block))
        if len(found) == MAX_MESSAGES:
            self._skip_to_end(reader)
            return [READ_DATABASE]
        if found:
            self._position = found[-1][0]
        return [_text(fields) for _, fields in found]

    def disconnect(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
            reader.connection_pool.disconnect()

    def _skip_to_end(self, reader: Redis) -> None:
        last = reader.xrevrange(self._stream, count=1)
        self._position = last[0][0] if last else START


def _client(url: str, timeout: float) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=TIMEOUT_SECONDS,
        # The default of redis-py is to retry with delays, while a request waits.
        retry=Retry(NoBackoff(), 0),
    )


def _messages(reply: Any) -> list[Any]:
    """Return pairs of position and fields from the reply to a read of one stream."""
    if not reply:
        return []
    if isinstance(reply, dict):  # With RESP3, in one more list.
        ((found,),) = reply.values()
    else:
        ((_, found),) = reply
    return list(found)


def _text(fields: Any) -> str:
    value = next(iter(fields.values()))
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
