"""Told once a fact is committed, once for each, and whatever a listener does."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.hearing import fail, hearing, listening
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_cut_off, token_revoked
from token_revocation.testing import make_token

VERBS = [lambda: services.revoke(make_token()), services.revoke_everyone]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard():
    """What both signals told."""
    with hearing(token_revoked, subject_cut_off) as told:
        yield told


@pytest.fixture
def _failing():
    """A listener that fails; ask for it before the one that notes what it hears."""
    with listening(fail, token_revoked, subject_cut_off):
        yield


def test_a_revocation_tells_the_token_the_row_and_the_database(heard):
    token = make_token()
    services.revoke(token, reason="theft")
    (told,) = heard
    assert (told["sender"], told["token"], told["using"]) == (RevokedToken, token, "default")
    assert told["revocation"] == RevokedToken.objects.get()
    assert told["revocation"].reason == "theft"


def test_a_cutoff_tells_the_row_and_the_database(heard):
    cutoff = services.revoke_session("s")
    (told,) = heard
    assert (told["sender"], told["cutoff"], told["using"]) == (TokenCutoff, cutoff, "default")


def test_a_second_call_tells_nothing(heard):
    token = make_token()
    services.revoke(token)
    services.revoke(token)
    assert len(heard) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_told_before_it_is_committed(heard, verb):
    with transaction.atomic():
        verb()
        assert heard == []
    assert len(heard) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_told_of_what_was_taken_back(heard, verb):
    with transaction.atomic():
        verb()
        transaction.set_rollback(True)
    assert heard == []


@pytest.mark.usefixtures("_failing")
@pytest.mark.parametrize("verb", VERBS)
def test_a_listener_that_fails_undoes_nothing_and_stops_nobody(heard, verb, caplog):
    verb()
    assert len(heard) == 1
    assert RevokedToken.objects.count() + TokenCutoff.objects.count() == 1
    assert "nobody listens" in caplog.text


@pytest.mark.usefixtures("_failing")
def test_what_comes_after_the_commit_does_not_wait_for_a_listener_that_fails():
    done = []
    with transaction.atomic():
        services.revoke_everyone()
        transaction.on_commit(lambda: done.append(True))
    assert done == [True]
