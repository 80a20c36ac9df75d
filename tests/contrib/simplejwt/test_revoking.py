from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.contrib.simplejwt.clients import INVALID, answer_code, refresh, status_of
from tests.views.failing import database_that_cannot_store_a_cutoff
from token_revocation.models import Reason, TokenCutoff


@pytest.fixture
def end(nobody):
    return lambda raw: nobody.post("/api/token/revoke/", {"refresh": raw})


def test_the_session_is_over(end, pair):
    answer = end(pair.refresh)
    assert (answer.status_code, answer.json()) == (200, {})
    assert refresh(pair.refresh).status_code == 401
    assert status_of(pair.access) == 401
    assert TokenCutoff.objects.get().reason == Reason.LOGOUT


def test_doing_it_twice_is_harmless(end, pair):
    assert [end(pair.refresh).status_code for _ in range(2)] == [200, 200]
    assert TokenCutoff.objects.count() == 1


def test_an_expired_token_ends_its_session_too(end, pair):
    with time_machine.travel(timedelta(days=2)):
        assert end(pair.refresh).status_code == 200


@pytest.mark.parametrize("raw", ["x", "é", "a.b.c"])
def test_garbage_is_refused_as_by_simplejwt(end, db, raw):
    assert answer_code(end(raw)) == INVALID


def test_an_end_that_cannot_be_stored_is_not_claimed(end, pair):
    with database_that_cannot_store_a_cutoff():
        assert end(pair.refresh).status_code == 503
    assert status_of(pair.access) == 200
