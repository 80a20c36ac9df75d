"""The stream of Redis: what a listener reads after a fault, and what it may have missed."""

from __future__ import annotations

import shutil

import pytest

pytest.importorskip("redis")

from redis import ConnectionError as RedisConnectionError
from redis import Redis

from tests.consistency.redis_server import Redis as RedisServer
from tests.requirements import skip_or_fail
from token_revocation.contrib import redis as module
from token_revocation.contrib.redis import RedisPush
from token_revocation.stores.snapshot.push import READ_DATABASE


@pytest.fixture
def server():
    if shutil.which("redis-server") is None:
        skip_or_fail("redis-server is not installed.")
    server = RedisServer()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def make_push(server):
    made = []

    def make(parameters=""):
        made.append(RedisPush(using="default", url=server.url + parameters))
        return made[-1]

    yield make
    for push in made:
        push.disconnect()


@pytest.fixture
def sender(make_push):
    return make_push()


@pytest.fixture
def listener(make_push, sender):
    """A listener that has read one message."""
    listener = make_push()
    listener.listen()
    sender.send("read")
    assert listener.wait(1) == ["read"]
    return listener


@pytest.fixture
def client(server):
    with Redis.from_url(server.url) as client:
        yield client


def stream_of(client):
    (stream,) = client.keys()
    return stream


def test_a_listener_reads_on_after_its_connection_was_cut(listener, sender, client):
    client.client_kill_filter(_type="normal", skipme=True)
    with pytest.raises(RedisConnectionError):
        listener.wait(1)
    listener.disconnect()
    sender.send("missed")
    assert listener.listen() is False
    assert listener.wait(1) == ["missed"]


def test_a_listener_that_is_not_connected_receives_nothing(listener, sender):
    listener.disconnect()
    sender.send("message")
    assert listener.wait(0) == []


def test_an_idle_listener_has_missed_nothing(listener):
    assert listener.listen() is False


def test_an_empty_redis_after_a_restart_may_have_lost_messages(listener, server, sender):
    server.restart()
    with pytest.raises(RedisConnectionError):
        listener.wait(1)
    listener.disconnect()
    sender.send("while disconnected")
    assert listener.listen() is True
    sender.send("new")
    assert listener.wait(1) == ["new"]


def test_a_deleted_stream_may_have_had_messages(listener, server, sender):
    server.flush()
    assert listener.listen() is True
    sender.send("new")
    assert listener.wait(1) == ["new"]


def test_a_clock_that_was_set_back_hides_no_message(listener, client):
    """Positions are times of Redis."""
    stream = stream_of(client)
    client.delete(stream)
    client.xadd(stream, {"entries": "past"}, id="1-1")
    assert listener.listen() is True
    client.xadd(stream, {"entries": "next"}, id="2-1")
    assert listener.wait(1) == ["next"]


def test_a_stream_that_was_trimmed_beyond_the_position_may_have_had_messages(
    listener, sender, client
):
    listener.disconnect()
    for _ in range(3):
        sender.send("missed")
    client.xtrim(stream_of(client), maxlen=1, approximate=False)
    assert listener.listen() is True
    assert listener.wait(0) == []


def test_a_listener_that_is_far_behind_reads_the_database_instead(listener, sender, monkeypatch):
    monkeypatch.setattr(module, "MAX_MESSAGES", 3)
    for number in range(5):
        sender.send(str(number))
    assert listener.wait(1) == [READ_DATABASE]
    sender.send("new")
    assert listener.wait(1) == ["new"]


def test_the_stream_has_a_maximal_length(sender, client, monkeypatch):
    monkeypatch.setattr(module, "MAX_LENGTH", 100)
    for number in range(400):
        sender.send(str(number))
    assert 100 <= client.xlen(stream_of(client)) < 300


@pytest.mark.parametrize(
    "parameters", ["?protocol=2", "?protocol=3", "?decode_responses=True", "?socket_timeout=0.1"]
)
def test_the_url_can_have_options_of_redis(make_push, sender, parameters):
    listener = make_push(parameters)
    listener.listen()
    assert listener.wait(1) == []
    sender.send("message")
    assert listener.wait(1) == ["message"]
    assert listener.listen() is False


def test_foreign_fields_are_messages_too(listener, client):
    client.xadd(stream_of(client), {"foreign": b"\xff"})
    assert listener.wait(1) == ["\ufffd"]


@pytest.mark.parametrize(("options", "count"), [({}, 2), ({"stream": "shared"}, 1)])
def test_each_database_has_its_own_stream_by_default(server, client, options, count):
    for using in ("default", "other"):
        RedisPush(using=using, url=server.url, **options).send("message")
    assert len(client.keys()) == count
