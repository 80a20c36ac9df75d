"""Push notifications over real servers."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from tests.stores.cache_servers import REDIS, running
from tests.stores.snapshot.pushes import postgres_push_options, redis_push_options

pytestmark = pytest.mark.django_db(transaction=True)


def is_notified(listener):
    """Return whether a notification arrives within 10 seconds."""
    # The confirmation of a subscription can end a wait early.
    return any(listener.wait(1) for _ in range(10))


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
    listener.listen()
    yield listener
    listener.disconnect()


def test_a_listener_receives_a_notification(make_push, listener):
    assert not listener.wait(0)
    make_push().send()
    assert is_notified(listener)
    assert not listener.wait(0)


def test_listening_again_repeats_no_notification(make_push, listener):
    listener.listen()
    make_push().send()
    assert is_notified(listener)
    assert not listener.wait(0)


def test_a_disconnected_listener_can_listen_again(make_push, listener):
    listener.disconnect()
    listener.disconnect()
    listener.listen()
    make_push().send()
    assert is_notified(listener)


def test_a_valid_configuration_has_no_check_messages(make_push):
    assert make_push().check() == []
