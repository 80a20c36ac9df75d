from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("jwt")

import time_machine
from django.core.management import call_command
from django.utils import timezone

from token_revocation.standards.status_list import retiring
from token_revocation.standards.status_list.issuing import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


@pytest.mark.spec(DRAFT, "12")
def test_a_list_goes_when_all_of_its_tokens_have_expired(make, monkeypatch, capsys):
    monkeypatch.setattr(retiring, "BATCH", 2)
    old = make(expires_at=timezone.now() - timedelta(days=3))
    for token in (old, old, old, make()):
        status_claim(token)
    call_command("purge_status_lists")
    assert "Deleted 1 status lists." in capsys.readouterr().out
    assert (StatusList.objects.count(), ListedToken.objects.count()) == (1, 1)


def test_a_list_stays_for_as_long_as_a_clock_may_be_late(make):
    status_claim(make(expires_at=timezone.now()))
    StatusList.objects.update(expires_at=timezone.now() - timedelta(minutes=30))
    assert retiring.retire() == 0


@pytest.mark.spec(DRAFT, "12")
def test_a_process_forgets_the_lists_that_have_retired(make, client, us):
    old, new = (status_claim(make(expires_at=timezone.now() + timedelta(days=n))) for n in (1, 5))
    paths = [claim["status_list"]["uri"].removeprefix(us) for claim in (old, new)]
    assert client.get(paths[0]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        call_command("purge_status_lists")
        assert [client.get(path).status_code for path in reversed(paths)] == [200, 404]
