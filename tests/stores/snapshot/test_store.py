from __future__ import annotations

import gc
import weakref

import pytest
from django.core.management import call_command

from token_revocation.checks import check_token_revocation
from token_revocation.stores import get_store
from token_revocation.stores.snapshot import SnapshotStore, store
from token_revocation.testing import make_token

PATH = "token_revocation.stores.snapshot.SnapshotStore"


class Idle:
    """In the place of the thread: remembers what it is told."""

    def __init__(self, work, least):
        self.told = []

    def __getattr__(self, name):
        return lambda: self.told.append(name)


@pytest.fixture
def idle(monkeypatch):
    monkeypatch.setattr(store, "Background", Idle)


def told(made):
    return made._background.told


@pytest.mark.django_db
def test_the_thread_starts_with_the_first_question_and_not_before(idle):
    made = SnapshotStore()
    made.check()
    made.publish([make_token().key])
    made.status()
    assert "start" not in told(made)
    made.is_revoked(make_token())
    assert told(made).count("start") == 1


@pytest.mark.django_db
def test_a_command_that_asks_nothing_loads_nothing(idle, settings):
    settings.TOKEN_REVOCATION = {"STORE": PATH}
    call_command("check")
    call_command("purge_revoked_tokens", verbosity=0)
    assert "start" not in told(get_store())
    assert get_store().status()["loaded"] is False


@pytest.mark.django_db
def test_without_a_background_the_database_answers_until_it_is_refreshed(
    django_assert_num_queries,
):
    made = SnapshotStore(background=False)
    with django_assert_num_queries(1):
        made.is_revoked(make_token())
    made.refresh()
    with django_assert_num_queries(0):
        made.is_revoked(make_token())


def test_a_store_that_is_closed_waits_for_its_thread(idle):
    made = SnapshotStore()
    made.close()
    assert told(made) == ["end", "join"]


def test_a_change_of_the_settings_closes_the_store(idle, settings):
    settings.TOKEN_REVOCATION = {"STORE": PATH}
    made = get_store()
    settings.TOKEN_REVOCATION = {}
    assert told(made) == ["end", "join"]


def test_the_thread_of_a_store_that_is_gone_ends(idle):
    made = SnapshotStore()
    words, gone = told(made), weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None
    assert words == ["end"]


def test_a_fork_starts_over_and_touches_nothing_of_its_parent(idle):
    made = SnapshotStore()
    parent, words = made._background, told(made)
    made.start_over()
    assert made._background is not parent
    store._all(SnapshotStore.close)()
    assert words == []
    assert told(made) == ["end", "join"]


@pytest.mark.parametrize("every", [0, -1.0])
def test_an_interval_that_is_none_is_found(settings, every):
    settings.TOKEN_REVOCATION = {"STORE": PATH, "STORE_OPTIONS": {"refresh_every": every}}
    assert [m.id for m in check_token_revocation()] == ["token_revocation.E012"]
    settings.TOKEN_REVOCATION = {"STORE": PATH, "STORE_OPTIONS": {"refresh_every": 0.5}}
    assert check_token_revocation() == []
