"""The contract of ``rotate()``; tests of simplejwt cover it with real refresh tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from token_revocation import services
from token_revocation.clock import now
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

TOKEN = make_token(
    issued_at=now() - timedelta(seconds=1), subjects=(Subject.session("s"),), is_refresh_token=True
)
SUCCESSOR = replace(TOKEN, identifier="successor")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]


def test_first_use_revokes_the_token_and_not_its_successor():
    assert services.rotate(TOKEN, SUCCESSOR).is_first_use
    assert RevokedToken.objects.get().reason == Reason.ROTATED
    assert services.is_revoked(TOKEN)
    assert not services.is_revoked(SUCCESSOR)


def test_second_use_revokes_the_session():
    services.rotate(TOKEN, SUCCESSOR)
    assert services.rotate(TOKEN, SUCCESSOR) is None
    assert services.is_revoked(SUCCESSOR)


def test_retry_within_the_grace_period_is_the_same_rotation(settings):
    settings.TOKEN_REVOCATION = {"REFRESH_GRACE_PERIOD": timedelta(minutes=1)}
    first, second = services.rotate(TOKEN, SUCCESSOR), services.rotate(TOKEN, SUCCESSOR)
    assert (first.is_first_use, second.is_first_use) == (True, False)
    assert first.rotated_at == second.rotated_at


def test_token_of_a_revoked_session_is_not_rotated():
    services.log_out(TOKEN)
    assert services.rotate(TOKEN, SUCCESSOR) is None
    assert not RevokedToken.objects.exists()


def test_nothing_is_stored_if_the_database_fails():
    with pytest.raises(RevocationUnavailable), failing_database("INSERT INTO", "revokedtoken"):
        services.rotate(TOKEN, SUCCESSOR)
    assert not services.is_revoked(TOKEN)
