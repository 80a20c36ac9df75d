"""Sessions that end because they were not used: ``SESSION_IDLE_TIMEOUT``."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from tests.contrib.simplejwt.conftest import simple_jwt
from tests.matrix.kinds import refresh_grant
from tests.sessions.logins import LOGINS
from token_revocation import clock, services
from token_revocation.clock import now
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions import _uses
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions

__all__ = ["simple_jwt"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]

TIMEOUT = timedelta(minutes=30)
SLACK = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "UTC_NOW", {})
    _uses.buffer.clear()


@pytest.fixture
def log_in(settings, user):
    """Return a function that logs in at an endpoint, and returns the tokens."""

    def run(name, **changes):
        LOGINS[name].configure(settings)
        before = settings.TOKEN_REVOCATION
        settings.TOKEN_REVOCATION = {**before, "SESSION_IDLE_TIMEOUT": TIMEOUT, **changes}
        response = LOGINS[name].post(user)
        assert response.status_code == 200
        return response.json()

    return run


@pytest.fixture
def set_rotation(request):
    """Return a function that sets ``ROTATE_REFRESH_TOKENS``."""
    pytest.importorskip("rest_framework_simplejwt")
    change = request.getfixturevalue("simple_jwt")
    return lambda rotates: change(ROTATE_REFRESH_TOKENS=rotates)


def refresh_jwt(raw):
    from tests.contrib.simplejwt.clients import refresh

    return refresh(raw)


def store_uses():
    _uses.buffer.store_current("default")


@pytest.mark.parametrize(
    ("name", "field", "refresh", "rejection"),
    [
        ("simplejwt, pair", "refresh", refresh_jwt, 401),
        ("OAuth, password", "refresh_token", refresh_grant, 400),
    ],
)
class TestRefresh:
    """A refresh without rotation of JWTs, and one of OAuth Toolkit."""

    @pytest.fixture(autouse=True)
    def _reused(self, set_rotation):
        set_rotation(False)

    @pytest.mark.spec("OWASP ASVS 5.0", "7.3.1")
    def test_idle_session_is_not_refreshed(self, log_in, name, field, refresh, rejection):
        raw = log_in(name)[field]
        with time_machine.travel(now() + TIMEOUT + SLACK):
            assert refresh(raw).status_code == rejection

    def test_each_refresh_is_a_use(self, log_in, name, field, refresh, rejection):
        raw, started_at = log_in(name)[field], now()
        for count in range(1, 4):
            with time_machine.travel(started_at + count * (TIMEOUT - MINUTE)):
                _uses.buffer.clear()  # Another process.
                response = refresh(raw)
                assert response.status_code == 200
                raw = response.json().get(field, raw)
                store_uses()
        with time_machine.travel(started_at + 4 * TIMEOUT + SLACK):
            assert refresh(raw).status_code == rejection

    def test_session_without_row_counts_from_its_token(
        self, log_in, name, field, refresh, rejection
    ):
        raw = log_in(name)[field]
        TokenSession.objects.all().delete()
        with time_machine.travel(now() + TIMEOUT + SLACK):
            assert refresh(raw).status_code in {rejection, 401}

    def test_access_token_expires_before_the_session(self, log_in, name, field, refresh, rejection):
        body = log_in(name, SESSION_IDLE_TIMEOUT=MINUTE)
        raw = body.get("access") or body["access_token"]
        assert now() < services.resolve(raw).expires_at <= now() + MINUTE


def test_rotation_is_rejected_after_the_timeout(log_in, set_rotation):
    set_rotation(True)
    raw = log_in("simplejwt, pair", SESSION_IDLE_TIMEOUT=None)["refresh"]  # It expires later.
    log_in("simplejwt, pair")
    with time_machine.travel(now() + TIMEOUT):
        response = refresh_jwt(raw)
    assert (response.status_code, response.json()["code"]) == (401, "token_expired")
    assert not TokenCutoff.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "7.3.1")
@pytest.mark.parametrize("name", ["login/, authtoken", "login/, knox", "OAuth, password"])
def test_purge_ends_idle_sessions(log_in, user, name):
    log_in(name)
    for elapsed, remaining in {TIMEOUT + SLACK - MINUTE: 1, TIMEOUT + SLACK: 0}.items():
        with time_machine.travel(now() + elapsed):
            call_command("purge_revoked_tokens", verbosity=0)
            assert len(services.active_tokens(user)) == remaining
    found = [*RevokedToken.objects.all(), *TokenCutoff.objects.all()]
    assert {row.reason for row in found} == {Reason.IDLE}


def test_dry_run_of_a_purge_ends_no_session(log_in, user):
    log_in("login/, authtoken")
    with time_machine.travel(now() + 2 * TIMEOUT):
        call_command("purge_revoked_tokens", "--dry-run", verbosity=0)
        assert len(active_sessions(user)) == 1


def test_purge_without_the_setting_ends_no_session(log_in, user):
    log_in("login/, authtoken", SESSION_IDLE_TIMEOUT=None)
    with time_machine.travel(now() + 2 * TIMEOUT):
        call_command("purge_revoked_tokens", verbosity=0)
        assert len(active_sessions(user)) == 1


def test_idle_session_does_not_count_at_a_login(log_in, user):
    limits = {"MAX_SESSIONS": 1, "MAX_SESSIONS_ACTION": "reject"}
    log_in("login/, knox", **limits)
    with time_machine.travel(now() + TIMEOUT + SLACK):
        log_in("login/, knox", **limits)
        assert len(active_sessions(user)) == 1
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {Reason.IDLE}
