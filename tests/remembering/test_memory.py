"""The memory itself: bounded, without a secret, and one's own."""

from __future__ import annotations

import gc
import os
from itertools import count

import pytest

from tests.threads import at_once
from token_revocation.stores import memory
from token_revocation.stores.memory import Memory


@pytest.fixture
def mind(remembering):
    return Memory()


def keep(mind, raw, *row, user_id=1, read_at=None):
    began = memory.elapsed() if read_at is None else read_at
    mind.keep("query", raw, [raw, *row], user_id=user_id, read_at=began, using="default")


def test_it_gives_back_what_it_was_given(mind):
    keep(mind, "a", 1, None)
    assert mind.recall("query", "a") == ["a", 1, None]
    assert mind.recall("query", "b") is None
    assert mind.recall("other", "a") is None


def test_no_token_is_in_it_nor_a_digest_that_others_know(mind):
    keep(mind, "raw-token", "ada", "raw-token")
    held = repr([vars(mind), [entry.row for entry in mind._entries.values()]])
    assert "ada" in held
    assert "raw-token" not in held
    assert Memory()._name("query", "raw-token") != mind._name("query", "raw-token")
    assert "ada" not in repr(mind._entries)


def test_what_can_be_changed_is_a_copy_each_time(mind):
    keep(mind, "a", ["tag"])
    mind.recall("query", "a")[1].append("other")
    assert mind.recall("query", "a") == ["a", ["tag"]]


def test_it_never_holds_more_than_its_bound(mind, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 3)
    for number in range(5):
        keep(mind, str(number))
    assert len(mind) == 3
    assert [mind.recall("query", str(n)) is not None for n in range(5)] == [False] * 2 + [True] * 3


def test_what_is_over_leaves_it_when_something_comes(mind, later):
    for number in range(5):
        keep(mind, str(number))
    keep(mind, "0")
    assert len(mind) == 5
    later(60)
    keep(mind, "new")
    assert len(mind) == 1


def test_a_row_that_was_read_before_a_change_is_not_believed_after_it(mind):
    began = memory.elapsed()
    mind.forget(1)
    keep(mind, "a", read_at=began)
    keep(mind, "b", user_id=2, read_at=began)
    assert mind.recall("query", "a") is None
    assert mind.recall("query", "b")


def test_a_user_is_the_same_however_the_key_is_spelt(mind):
    keep(mind, "a", user_id=1)
    mind.forget("1")
    assert mind.recall("query", "a") is None


def test_many_changes_are_a_change_of_everybody(mind, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 3)
    keep(mind, "a", user_id=0)
    for user_id in range(1, 5):
        mind.forget(user_id)
    assert mind._changed == {}
    assert mind.recall("query", "a") is None
    keep(mind, "a", user_id=0)
    assert mind.recall("query", "a")


def test_a_project_that_remembers_nothing_keeps_no_list(mind, remembering):
    remembering(REMEMBER=None)
    mind.forget(1)
    keep(mind, "a")
    assert (mind._changed, len(mind)) == ({}, 0)


def test_threads_share_it(mind):
    numbers = count()

    def work():
        number = next(numbers)
        for turn in range(500):
            raw = str((number * 7 + turn) % 40)
            keep(mind, raw, raw)
            mind.forget(number)
            found = mind.recall("query", raw)
            assert found is None or found == [raw, raw]

    at_once(work, threads=8)
    assert len(mind) <= 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_remembers_nothing_and_waits_for_nobody(remembering):
    keep(memory.memory, "a")
    secret, lock = memory.memory._secret, memory.memory._lock
    gc.collect()
    with lock:  # As if another thread were at it.
        child = os.fork()
        if not child:
            keep(memory.memory, "b")
            fresh = len(memory.memory) == 1 and memory.memory._secret != secret
            os._exit(0 if fresh else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert memory.memory.recall("query", "a")
