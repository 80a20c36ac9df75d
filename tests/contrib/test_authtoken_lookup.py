"""Lookup of DRF's tokens: work per request, and time zones."""

from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token

from tests.contrib.authtoken_requests import authenticate_with
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked

STORES = "token_revocation.stores"
DATABASE = {"STORE": f"{STORES}.database.DatabaseStore"}
# A background thread would not see the uncommitted rows of the test's transaction.
SNAPSHOT = {"STORE": f"{STORES}.snapshot.SnapshotStore", "STORE_OPTIONS": {"background": False}}


def test_creation_time_follows_use_tz(token, settings):
    def get_created():
        return authenticate_with(RevocableTokenAuthentication, token.key)[1].created

    aware = get_created()
    settings.USE_TZ = False
    assert get_created() == Token.objects.get(pk=token.pk).created != aware
    settings.USE_TZ = True
    assert get_created() == aware


@pytest.mark.parametrize("store", [DATABASE, SNAPSHOT])
def test_token_is_identified_once_per_request(token, settings, store, monkeypatch):
    settings.TOKEN_REVOCATION = store
    identified, identify = [], AuthTokenAdapter.identify

    def identify_and_count(self, token):
        identified.append(token)
        return identify(self, token)

    monkeypatch.setattr(AuthTokenAdapter, "identify", identify_and_count)
    authenticate_with(RevocableTokenAuthentication, token.key)
    assert len(identified) == 1


def test_token_stored_in_local_time_is_revoked_by_a_cutoff(user, settings):
    # East of Greenwich the local time of creation is later than the UTC time of the cutoff.
    settings.USE_TZ, settings.TIME_ZONE = False, "Asia/Tokyo"
    token = Token.objects.create(user=user)
    assert authenticate_with(RevocableTokenAuthentication, token.key)[0] == user
    services.revoke_everyone()
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)
