"""What one push says another hears, on real servers."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from tests.stores.cache_servers import REDIS, running
from tests.stores.snapshot.pushes import over_postgres, over_redis

pytestmark = pytest.mark.django_db(transaction=True)


def hears(listener):
    """Within ten seconds; a server's own word that one listens may end a wait early."""
    return any(listener.wait(1) for _ in range(10))


@pytest.fixture(params=["redis", "postgres"])
def make(request):
    """Makes pushes over one server."""
    if request.param == "postgres":
        yield maker(**over_postgres())
        return
    with running(*REDIS) as address:
        yield maker(**over_redis(address))


def maker(*, push, push_options=None):
    return lambda: import_string(push)(using="default", **(push_options or {}))


@pytest.fixture
def listener(make):
    listener = make()
    listener.listen()
    yield listener
    listener.hang_up()


def test_what_one_says_the_other_hears(make, listener):
    assert not listener.wait(0)
    make().send()
    assert hears(listener)
    assert not listener.wait(0)


def test_listening_again_makes_sure_and_repeats_nothing(make, listener):
    listener.listen()
    make().send()
    assert hears(listener)
    assert not listener.wait(0)


def test_who_has_hung_up_can_listen_again(make, listener):
    listener.hang_up()
    listener.hang_up()
    listener.listen()
    make().send()
    assert hears(listener)


def test_nothing_is_wrong_with_either(make):
    assert make().check() == []
