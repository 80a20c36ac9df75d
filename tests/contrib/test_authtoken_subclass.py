"""A custom kind of token that subclasses the adapter of DRF's tokens."""

from __future__ import annotations

import pytest

from tests.authentication.requests import get_response
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import NotRevocable
from token_revocation.models import RevokedToken


class PartnerTokenAdapter(AuthTokenAdapter):
    kind = "partner"


class RevocablePartnerTokenAuthentication(RevocableTokenAuthentication):
    adapter = PartnerTokenAdapter()


class UnidentifiableTokenAdapter(AuthTokenAdapter):
    def identify(self, token):
        raise NotRevocable


class UnidentifiableTokenAuthentication(RevocableTokenAuthentication):
    adapter = UnidentifiableTokenAdapter()


@pytest.fixture(autouse=True)
def _adapters(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PartnerTokenAdapter"]}


def test_revoked_token_without_a_row_is_rejected_as_revoked(token):
    header = f"Token {token.key}"
    assert get_response(RevocablePartnerTokenAuthentication, header=header).status_code == 200
    services.revoke(PartnerTokenAdapter().identify(token))
    response = get_response(RevocablePartnerTokenAuthentication, header=header)
    assert (response.status_code, response.data["code"]) == (401, "token_revoked")
    assert RevokedToken.objects.get().kind == "partner"


@pytest.mark.parametrize("store", ["database.DatabaseStore", "cached.CachedStore"])
def test_token_without_an_identifier_is_rejected(token, settings, store):
    settings.TOKEN_REVOCATION |= {"STORE": f"token_revocation.stores.{store}"}
    response = get_response(UnidentifiableTokenAuthentication, header=f"Token {token.key}")
    assert (response.status_code, response.data["code"]) == (401, "token_missing_identifier")
