"""Tokens that a project creates itself are dated by the clock of cutoffs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, IDToken, RefreshToken

from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter

HOUR = timedelta(hours=1)


def create_access_token(**owner):
    return AccessToken.objects.create(token="x", expires=timezone.now() + HOUR, **owner)


def create_refresh_token(**owner):
    return RefreshToken.objects.create(
        token="y", access_token=create_access_token(**owner), **owner
    )


def create_id_token(**owner):
    return IDToken.objects.create(expires=timezone.now() + HOUR, **owner)


@pytest.mark.parametrize("host", [-30, 30])
@pytest.mark.parametrize("create", [create_access_token, create_refresh_token, create_id_token])
def test_cutoffs_compare_times_of_one_clock(user, application, create, host):
    if connection.vendor == "sqlite":  # Its clock is that of the host.
        host = 0
    services.revoke_all(user)
    with time_machine.travel(timezone.now() + timedelta(seconds=host)):
        token = create(user=user, application=application)
    token.refresh_from_db()
    ref = OAuth2ProviderAdapter().identify(token)
    assert not services.is_revoked(ref)
    services.revoke_everyone()
    assert services.is_revoked(ref)
