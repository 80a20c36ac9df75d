"""What a request must not do twice, or do anew each time."""

from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token

from tests.contrib.reading import result_of
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked

STORES = "token_revocation.stores"
DATABASE = {"STORE": f"{STORES}.database.DatabaseStore"}
# A thread of its own would not see what the transaction of a test holds, and write beside it.
SNAPSHOT = {"STORE": f"{STORES}.snapshot.SnapshotStore", "STORE_OPTIONS": {"background": False}}


def test_its_moments_are_as_the_time_zones_of_now_have_them(token, settings):
    def created():
        return result_of(RevocableTokenAuthentication, token.key)[1].created

    aware = created()
    settings.USE_TZ = False
    assert created() == Token.objects.get(pk=token.pk).created != aware
    settings.USE_TZ = True
    assert created() == aware


@pytest.mark.parametrize("store", [DATABASE, SNAPSHOT])
def test_a_token_is_identified_once_for_each_request(token, settings, store, monkeypatch):
    settings.TOKEN_REVOCATION = store
    identified, identify = [], AuthTokenAdapter.identify

    def counted(self, token):
        identified.append(token)
        return identify(self, token)

    monkeypatch.setattr(AuthTokenAdapter, "identify", counted)
    result_of(RevocableTokenAuthentication, token.key)
    assert len(identified) == 1


def test_a_token_that_is_stored_in_local_time_is_cut_off_too(user, settings):
    """East of Greenwich its creation reads as later than the cutoff that follows it."""
    settings.USE_TZ, settings.TIME_ZONE = False, "Asia/Tokyo"
    token = Token.objects.create(user=user)
    assert result_of(RevocableTokenAuthentication, token.key)[0] == user
    services.revoke_everyone()
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)
