"""Times in a project without ``USE_TZ``, where those of Django are naive and local."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import TestCase, override_settings
from django.utils import timezone
from rest_framework.authtoken.models import Token

from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import AdapterContract, StoreContract, make_token

HOUR = timedelta(hours=1)
naive_project = override_settings(USE_TZ=False, TIME_ZONE="America/New_York")

# On 3 November 2030 New York has the hour from one to two twice.
FIRST_HALF_PAST_ONE = datetime(2030, 11, 3, 5, 30, tzinfo=UTC)
SECOND_HALF_PAST_ONE = FIRST_HALF_PAST_ONE + HOUR


@naive_project
class TestDatabaseStoreWithNaiveTimes(StoreContract, TestCase):
    store = "token_revocation.stores.database.DatabaseStore"


@naive_project
class TestAuthTokenAdapterWithNaiveTimes(AdapterContract, TestCase):
    adapter = AuthTokenAdapter()

    def issue(self, user):
        token = Token.objects.create(user=user)
        return token.key, token


@pytest.fixture
def new_york():
    with naive_project:
        yield


@pytest.fixture(params=["aware", "naive"])
def project(request):
    """A project with and one without ``USE_TZ``."""
    if request.param == "naive":
        request.getfixturevalue("new_york")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("time", [FIRST_HALF_PAST_ONE, SECOND_HALF_PAST_ONE, None])
def test_a_stored_time_is_read_back_unchanged(db, time):
    token = make_token(issued_at=time)
    services.revoke(token)
    row = RevokedToken.objects.get(key=token.key)
    assert row.issued_at == time or row.issued_at.timestamp() == time.timestamp()


@pytest.mark.usefixtures("project")
def test_a_cutoff_revokes_only_tokens_of_the_first_repeated_hour(db):
    services.revoke_everyone()
    TokenCutoff.objects.update(not_before=SECOND_HALF_PAST_ONE - timedelta(minutes=20))
    assert services.is_revoked(make_token(issued_at=FIRST_HALF_PAST_ONE))
    assert not services.is_revoked(make_token(issued_at=SECOND_HALF_PAST_ONE))


@pytest.mark.usefixtures("new_york")
def test_a_naive_time_in_a_query_is_in_the_default_time_zone(db):
    services.revoke(make_token())
    an_hour_ago = timezone.now() - HOUR
    assert timezone.is_naive(an_hour_ago)
    assert RevokedToken.objects.filter(revoked_at__gt=an_hour_ago).exists()
    assert not RevokedToken.objects.filter(revoked_at__gt=an_hour_ago + 2 * HOUR).exists()


@pytest.mark.usefixtures("new_york")
def test_the_admin_shows_local_time(admin_client):
    services.revoke(make_token(expires_at=SECOND_HALF_PAST_ONE))
    assert "1:30 a.m." in admin_client.get("/admin/token_revocation/revokedtoken/").text


@pytest.mark.usefixtures("new_york")
def test_a_login_after_a_cutoff_issues_a_valid_token(holder, user, api_client):
    services.revoke_all(user)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    login = {"username": user.username, "password": "correct horse"}
    raw = api_client.post("/auth/login/", login).json()["token"]
    assert api_client.get("/protected/", HTTP_AUTHORIZATION=f"Token {raw}").status_code == 200


@pytest.mark.usefixtures("new_york")
def test_a_token_expires_on_time(holder, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(now() + HOUR - timedelta(minutes=1)):
        assert holder.get("/protected/").status_code == 200
    with time_machine.travel(now() + HOUR):
        assert holder.get("/protected/").json()["code"] == "token_expired"


@pytest.mark.usefixtures("new_york")
def test_the_purge_keeps_revocations_that_are_in_force(db):
    for minutes in (59, 61):
        services.revoke(make_token(expires_at=now() + timedelta(seconds=1)))
        expired = RevokedToken.objects.filter(expires_at__gt=now())
        expired.update(expires_at=now() - timedelta(minutes=minutes))
    assert services.purge() == 1


@pytest.mark.usefixtures("new_york")
def test_times_in_responses_have_an_offset(holder, token):
    (listed,) = holder.get("/auth/tokens/").json()
    issued_at = datetime.fromisoformat(listed["issued_at"])
    assert issued_at.utcoffset() is not None
    assert abs(issued_at - now()) < timedelta(minutes=1)
