from __future__ import annotations

import uuid

import pytest

from token_revocation.stores.snapshot import marks as module
from token_revocation.stores.snapshot.marks import Marks
from token_revocation.testing import make_token
from token_revocation.tokens import EVERYONE, Subject


@pytest.fixture
def clock(monkeypatch):
    """Shows what ``clock.now`` is set to."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(module, "elapsed", lambda: Clock.now)
    return Clock


def test_a_token_is_marked_by_its_key_or_by_a_subject(clock):
    session = Subject.session("s")
    token = make_token(subjects=(session,))
    for key in (token.key, session.key, EVERYONE.key):
        marks = Marks()
        marks.add([key])
        assert marks.touch(token)


def test_other_tokens_are_not(clock):
    marks = Marks()
    assert not marks.touch(make_token())
    marks.add([make_token().key])
    assert not marks.touch(make_token())


def test_a_mark_is_forgotten_by_what_was_read_after_it_only(clock):
    marks, early, late = Marks(), make_token(), make_token()
    marks.add([early.key])
    clock.now = 101.0
    marks.add([late.key])
    marks.forget(before=101.0)
    assert not marks.touch(early)
    assert marks.touch(late)


def test_a_mark_that_is_made_again_counts_from_then(clock):
    marks, token = Marks(), make_token()
    marks.add([token.key])
    clock.now = 102.0
    marks.add([token.key])
    marks.forget(before=101.0)
    assert marks.touch(token)


def test_very_many_marks_are_one_for_everything(clock):
    marks = Marks()
    marks.add(uuid.uuid4() for _ in range(module.MOST + 1))
    assert marks.touch(make_token())
    marks.forget(before=100.0)
    assert marks.touch(make_token())
    marks.forget(before=100.1)
    assert not marks.touch(make_token())
