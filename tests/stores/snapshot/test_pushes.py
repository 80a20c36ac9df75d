"""Pushes over real servers."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from tests.stores.cache_servers import REDIS, running
from tests.stores.snapshot.pushes import postgres_push_options, redis_push_options

pytestmark = pytest.mark.django_db(transaction=True)


def received(listener):
    """Return the messages that arrive within 10 seconds."""
    # A server's response can end a wait early.
    return next((found for _ in range(10) if (found := [*listener.wait(1)])), [])


@pytest.fixture(params=["redis", "postgres"])
def make_push(request):
    """Make connections to one server."""
    if request.param == "postgres":
        yield push_maker(**postgres_push_options())
        return
    with running(*REDIS) as address:
        yield push_maker(**redis_push_options(address))


def push_maker(*, push, push_options=None):
    return lambda: import_string(push)(using="default", **(push_options or {}))


@pytest.fixture
def listener(make_push):
    listener = make_push()
    # It may have missed earlier messages.
    assert listener.listen()
    yield listener
    listener.disconnect()


def test_a_listener_receives_messages_in_order(make_push, listener):
    assert [*listener.wait(0)] == []
    sender = make_push()
    sender.send("first")
    assert received(listener) == ["first"]
    sender.send("second")
    assert received(listener) == ["second"]
    assert [*listener.wait(0)] == []


def test_a_listener_receives_no_earlier_message(make_push):
    listener = make_push()
    make_push().send("early")
    listener.listen()
    make_push().send("late")
    assert received(listener) == ["late"]
    listener.disconnect()


def test_a_sender_receives_its_own_message(listener):
    listener.send("own")
    assert received(listener) == ["own"]


def test_listening_again_repeats_no_message(make_push, listener):
    make_push().send("first")
    assert received(listener) == ["first"]
    listener.listen()
    assert [*listener.wait(0)] == []
    make_push().send("second")
    assert received(listener) == ["second"]


def test_a_disconnected_listener_can_listen_again(make_push, listener):
    listener.disconnect()
    listener.disconnect()
    listener.listen()
    make_push().send("message")
    assert received(listener) == ["message"]


def test_a_valid_configuration_has_no_check_messages(make_push):
    assert make_push().check() == []


def test_postgresql_listens_with_autocommit_off(second_connection):
    """The connection of the listening thread is its own."""
    make_push = push_maker(**postgres_push_options())
    listener = make_push()
    second_connection.connection.set_autocommit(False)
    with second_connection.in_use():
        listener.listen()
    make_push().send("message")
    with second_connection.in_use():
        assert received(listener) == ["message"]
