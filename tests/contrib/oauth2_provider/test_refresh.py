"""Refresh tokens at the token endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import active_sessions
from token_revocation.signals import revoked_token_used
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def used():
    """The revoked tokens that were used."""
    with capture_signals(revoked_token_used, argument="token") as used_tokens:
        yield used_tokens


def test_refresh_during_an_outage_gets_503(log_in, refresh):
    grant = log_in()
    with failing_database("token_revocation_revokedtoken"):
        answer = refresh(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert refresh(grant).status_code == 200


def test_inactive_user_cannot_refresh(log_in, refresh, user):
    grant = log_in()
    type(user).objects.update(is_active=False)
    assert refresh(grant).json()["error"] == "invalid_grant"


def test_refreshed_token_counts_as_issued_at_login(log_in, refresh, client, user):
    """A cutoff during the refresh therefore applies to the new tokens."""
    grant = log_in()
    issued_at = services.resolve(grant.refresh).issued_at
    made = refresh(grant).json()
    for name in ("access_token", "refresh_token"):
        assert services.resolve(made[name]).issued_at == issued_at


def test_token_replaced_by_a_refresh_is_not_recorded(log_in, refresh):
    refresh(log_in())
    assert not RevokedToken.objects.exists()


def test_refresh_token_revoked_during_its_use_is_rejected(log_in, refresh):
    grant = log_in()
    waiting = [services.resolve(grant.refresh)]

    def revoking(execute, sql, *args):
        # The validator has accepted it, and takes the next step.
        if sql.startswith("SAVEPOINT") and waiting:
            services.revoke(waiting.pop())
        return execute(sql, *args)

    with connection.execute_wrapper(revoking):
        answer = refresh(grant)
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert answer.json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()


def test_reuse_protection_revokes_the_session(oauth, log_in, refresh, client, used):
    oauth(REFRESH_TOKEN_REUSE_PROTECTION=True)
    grant = log_in()
    made = refresh(grant).json()
    assert refresh(grant).status_code == refresh(grant).status_code == 400
    assert get_protected(client, made["access_token"]).status_code == 401
    assert TokenCutoff.objects.get().reason == Reason.REUSED
    assert services.resolve(grant.refresh) in used


def test_unknown_refresh_token_is_rejected(log_in, refresh, used):
    assert refresh(log_in()._replace(refresh="garbage")).status_code == 400
    assert used == []


@pytest.mark.parametrize("rotates", [True, False])
def test_refresh_moves_the_end_of_its_session(oauth, log_in, refresh, user, rotates):
    oauth(ROTATE_REFRESH_TOKEN=rotates, REFRESH_TOKEN_EXPIRE_SECONDS=864_000)
    grant = log_in()
    login = TokenSession.objects.get()
    with time_machine.travel(now() + timedelta(days=1)):
        body = refresh(grant).json()
    session = TokenSession.objects.get()
    assert session.expires_at == services.resolve(body["refresh_token"]).expires_at
    assert session.expires_at > login.expires_at


@pytest.mark.django_db(transaction=True)
def test_revoked_successor_ends_its_session(log_in, refresh, client, user):
    grant = log_in()
    body = refresh(grant).json()
    form = client_form(grant.application, SECRET, token=body["refresh_token"])
    assert client.post("/o/revoke_token/", **form).status_code == 200
    assert TokenSession.objects.get().ended_at
    assert active_sessions(user) == []
