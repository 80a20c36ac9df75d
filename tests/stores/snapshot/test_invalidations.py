from __future__ import annotations

import uuid

import pytest

from token_revocation.stores.snapshot import _invalidations as module
from token_revocation.stores.snapshot._invalidations import Invalidations
from token_revocation.testing import make_token
from token_revocation.tokens import EVERYONE, Subject


@pytest.fixture
def clock(monkeypatch):
    """A clock that shows ``clock.now``."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(module, "monotonic", lambda: Clock.now)
    return Clock


def test_a_token_is_affected_by_its_key_and_by_each_subject(clock):
    session = Subject.session("s")
    token = make_token(subjects=(session,))
    for key in (token.key, session.key, EVERYONE.key):
        invalidations = Invalidations()
        invalidations.add([key])
        assert invalidations.affects(token)


def test_other_tokens_are_not_affected(clock):
    invalidations = Invalidations()
    assert not invalidations.affects(make_token())
    invalidations.add([make_token().key])
    assert not invalidations.affects(make_token())


def test_only_keys_added_before_a_read_are_discarded(clock):
    invalidations, early, late = Invalidations(), make_token(), make_token()
    invalidations.add([early.key])
    clock.now = 101.0
    invalidations.add([late.key])
    invalidations.discard(before=101.0)
    assert not invalidations.affects(early)
    assert invalidations.affects(late)


def test_a_key_that_is_added_again_counts_from_then(clock):
    invalidations, token = Invalidations(), make_token()
    invalidations.add([token.key])
    clock.now = 102.0
    invalidations.add([token.key])
    invalidations.discard(before=101.0)
    assert invalidations.affects(token)


def test_too_many_keys_affect_every_token(clock):
    invalidations = Invalidations()
    invalidations.add(uuid.uuid4() for _ in range(module.MAX_KEYS + 1))
    assert invalidations.affects(make_token())
    invalidations.discard(before=100.0)
    assert invalidations.affects(make_token())
    invalidations.discard(before=100.1)
    assert not invalidations.affects(make_token())
