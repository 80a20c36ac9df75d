"""Every endpoint rejects tokens of every kind that are older than ``SESSION_LIFETIME``."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.matrix.endpoints import ACCEPTED, ENDPOINTS, is_rejected
from tests.matrix.kinds import KINDS
from tests.matrix.login import Login
from token_revocation import clock
from token_revocation.clock import now

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]

LIFETIME = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "UTC_NOW", {})


def limit_sessions(settings):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "SESSION_LIFETIME": LIFETIME}


def responses(login):
    return {name: request(login) for name, request in ENDPOINTS.items()}


@pytest.mark.spec("OWASP ASVS 5.0", "7.3.2")
@pytest.mark.parametrize("kind", KINDS)
def test_token_of_before_the_setting_ends_with_its_session(kind, settings):
    login = Login.create(kind)
    limit_sessions(settings)
    assert set(responses(login).values()) <= ACCEPTED
    with time_machine.travel(now() + LIFETIME):
        found = responses(login)
    assert all(map(is_rejected, found.values())), found


@pytest.mark.parametrize("kind", KINDS)
def test_token_expires_with_its_session(kind, settings):
    limit_sessions(settings)
    login = Login.create(kind)
    assert set(responses(login).values()) <= ACCEPTED
    with time_machine.travel(now() + LIFETIME):
        found = responses(login)
    assert all(map(is_rejected, found.values())), found
