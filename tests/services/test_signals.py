"""Signals are sent once, on commit, and failing receivers are ignored."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.signals import capture_signals, connected, failing_receiver
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked, token_revoked
from token_revocation.testing import make_token

SERVICES = [lambda: services.revoke(make_token()), services.revoke_everyone]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_callers")]


@pytest.fixture
def received():
    """The signals of revocations."""
    with capture_signals(token_revoked, subject_revoked) as signals:
        yield signals


@pytest.fixture
def _failing():
    """A failing receiver; request it before ``received``."""
    with connected(failing_receiver, token_revoked, subject_revoked):
        yield


def test_token_revoked_has_token_row_and_database(received):
    token = make_token()
    services.revoke(token, reason="theft")
    (signal,) = received
    assert (signal["sender"], signal["token"], signal["using"]) == (RevokedToken, token, "default")
    assert signal["revocation"] == RevokedToken.objects.get()
    assert signal["revocation"].reason == "theft"


def test_subject_revoked_has_row_and_database(received):
    cutoff = services.revoke_session("s")
    (signal,) = received
    assert (signal["sender"], signal["cutoff"], signal["using"]) == (TokenCutoff, cutoff, "default")


def test_second_call_sends_no_signal(received):
    token = make_token()
    services.revoke(token)
    services.revoke(token)
    assert len(received) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_signal_is_sent_on_commit(received, service):
    with transaction.atomic():
        service()
        assert received == []
    assert len(received) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_no_signal_is_sent_after_rollback(received, service):
    with transaction.atomic():
        service()
        transaction.set_rollback(True)
    assert received == []


@pytest.mark.usefixtures("_failing")
@pytest.mark.parametrize("service", SERVICES)
def test_failing_receiver_is_logged_and_others_are_called(received, service, caplog):
    service()
    assert len(received) == 1
    assert RevokedToken.objects.count() + TokenCutoff.objects.count() == 1
    assert "the receiver failed" in caplog.text


@pytest.mark.usefixtures("_failing")
def test_failing_receiver_does_not_prevent_other_commit_callbacks():
    done = []
    with transaction.atomic():
        services.revoke_everyone()
        transaction.on_commit(lambda: done.append(True))
    assert done == [True]
