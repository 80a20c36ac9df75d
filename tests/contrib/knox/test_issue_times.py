"""Tokens of knox's own login are dated by the clock of cutoffs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

pytest.importorskip("knox")

from tests.contrib.knox.protected_view import get_response
from token_revocation import services


@pytest.mark.parametrize("host", [-30, 30])
def test_login_after_a_cutoff_is_accepted(create_token, user, host):
    if connection.vendor == "sqlite":  # Its clock is that of the host.
        host = 0
    services.revoke_all(user)
    with time_machine.travel(timezone.now() + timedelta(seconds=host)):
        token, raw = create_token()
    assert get_response(raw).status_code == 200
    token.refresh_from_db()
    assert abs(token.created - timezone.now()) < timedelta(seconds=10)


def test_token_from_before_a_cutoff_is_rejected(create_token):
    ahead = timedelta(seconds=0 if connection.vendor == "sqlite" else 30)
    with time_machine.travel(timezone.now() + ahead):
        _, raw = create_token()
    services.revoke_everyone()
    assert get_response(raw).status_code == 401


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_login_while_the_clock_stands_still(create_token, user):
    with time_machine.travel("2030-01-01T12:00:00Z", tick=False):
        _, before = create_token()
        services.revoke_all(user)
        _, after = create_token()
        assert get_response(before).status_code == 401
        assert get_response(after).status_code == 200


def test_saving_a_token_again_keeps_its_time(create_token):
    token, _ = create_token()
    created = token.created
    token.save()
    token.refresh_from_db()
    assert token.created == created
