from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from token_revocation.clock import now
from token_revocation.stores.snapshot import _invalidations as module
from token_revocation.stores.snapshot._invalidations import Invalidations, to_entries
from token_revocation.testing import make_token
from token_revocation.tokens import EVERYONE, Subject

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock(monkeypatch):
    """A clock that shows ``clock.now``."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(module, "monotonic", lambda: Clock.now)
    return Clock


def entries(*keys, not_before=None):
    return to_entries(keys, not_before)


def random_entries(count):
    return entries(*[uuid.uuid4() for _ in range(count)])


def test_a_token_is_affected_by_its_key_and_by_each_subject(clock):
    session = Subject.session("s")
    token = make_token(subjects=(session,))
    for key in (token.key, session.key, EVERYONE.key):
        invalidations = Invalidations()
        invalidations.add(entries(key))
        assert invalidations.affects(token)


def test_other_tokens_are_not_affected(clock):
    invalidations = Invalidations()
    assert not invalidations.affects(make_token())
    invalidations.add(entries(make_token().key))
    assert not invalidations.affects(make_token())


def test_a_cutoff_affects_tokens_that_were_issued_until_then(clock):
    invalidations, session, cutoff = Invalidations(), Subject.session("s"), now()
    invalidations.add(entries(session.key, not_before=cutoff))
    issued = {None: True, cutoff - SECOND: True, cutoff: True, cutoff + SECOND: False}
    for issued_at, expected in issued.items():
        token = make_token(subjects=(session,), issued_at=issued_at)
        assert invalidations.affects(token) is expected


@pytest.mark.parametrize("times", [(SECOND, 2 * SECOND), (2 * SECOND, SECOND)])
def test_of_two_cutoffs_the_later_counts(clock, times):
    invalidations, session, start = Invalidations(), Subject.session("s"), now()
    for time in times:
        invalidations.add(entries(session.key, not_before=start + time))
    token = make_token(subjects=(session,), issued_at=start + 2 * SECOND)
    assert invalidations.affects(token)


def test_only_keys_added_before_a_read_are_discarded(clock):
    invalidations, early, late = Invalidations(), make_token(), make_token()
    invalidations.add(entries(early.key))
    clock.now = 101.0
    invalidations.add(entries(late.key))
    invalidations.discard(before=101.0)
    assert not invalidations.affects(early)
    assert invalidations.affects(late)


def test_a_key_that_is_added_again_counts_from_then(clock):
    invalidations, token = Invalidations(), make_token()
    invalidations.add(entries(token.key))
    clock.now = 102.0
    invalidations.add(entries(token.key))
    invalidations.discard(before=101.0)
    assert invalidations.affects(token)


def test_too_many_keys_affect_every_token(clock):
    invalidations = Invalidations()
    invalidations.add(random_entries(module.MAX_ENTRIES + 1))
    assert invalidations.affects(make_token())
    invalidations.discard(before=100.0)
    assert invalidations.affects(make_token())
    invalidations.discard(before=100.1)
    assert not invalidations.affects(make_token())


def test_too_many_pushed_entries_are_not_added(clock):
    invalidations, first, second = Invalidations(), make_token(), make_token()
    assert invalidations.add_pushed(random_entries(module.MAX_PUSHED_ENTRIES - 1))
    assert invalidations.add_pushed(entries(first.key))
    assert not invalidations.add_pushed(entries(second.key))
    assert invalidations.affects(first)
    assert not invalidations.affects(second)


def test_pushed_entries_leave_room_for_those_of_this_process(clock):
    invalidations, token = Invalidations(), make_token()
    invalidations.add_pushed(random_entries(module.MAX_PUSHED_ENTRIES))
    invalidations.add(entries(token.key))
    assert invalidations.affects(token)
    assert not invalidations.affects(make_token())
