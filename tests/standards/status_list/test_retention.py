from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("jwt")

import time_machine
from django.core.management import call_command
from django.utils import timezone

from token_revocation.standards.status_list import _retention
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list.models import ListedToken, StatusList

DRAFT = "draft-ietf-oauth-status-list-20"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


@pytest.mark.spec(DRAFT, "12")
def test_list_is_deleted_after_all_its_tokens_expired(make, monkeypatch, capsys):
    monkeypatch.setattr(_retention, "BATCH_SIZE", 2)
    old = make(expires_at=timezone.now() - timedelta(days=3))
    for token in (old, old, old, make()):
        status_claim(token)
    call_command("purge_status_lists")
    assert "Deleted 1 status lists." in capsys.readouterr().out
    assert (StatusList.objects.count(), ListedToken.objects.count()) == (1, 1)


def test_list_is_kept_during_the_grace_period(make):
    status_claim(make(expires_at=timezone.now()))
    StatusList.objects.update(expires_at=timezone.now() - timedelta(minutes=30))
    assert _retention.delete_expired_lists() == 0


@pytest.mark.spec(DRAFT, "12")
def test_deleted_lists_are_dropped_from_memory(make, client, own_issuer):
    old, new = (status_claim(make(expires_at=timezone.now() + timedelta(days=n))) for n in (1, 5))
    paths = [claim["status_list"]["uri"].removeprefix(own_issuer) for claim in (old, new)]
    assert client.get(paths[0]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        call_command("purge_status_lists")
        assert [client.get(path).status_code for path in reversed(paths)] == [200, 404]
