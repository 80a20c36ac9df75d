"""A project's own kind, made of DRF's tokens."""

from __future__ import annotations

import pytest

from tests.authentication.asking import ask
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import NotRevocable
from token_revocation.models import RevokedToken


class PartnerTokenAdapter(AuthTokenAdapter):
    kind = "partner"


class RevocablePartnerTokenAuthentication(RevocableTokenAuthentication):
    adapter = PartnerTokenAdapter()


class NamelessAdapter(AuthTokenAdapter):
    def identify(self, token):
        raise NotRevocable


class Nameless(RevocableTokenAuthentication):
    adapter = NamelessAdapter()


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.PartnerTokenAdapter"]}


def test_its_tokens_are_refused_as_revoked_when_their_rows_are_gone(token):
    header = f"Token {token.key}"
    assert ask(RevocablePartnerTokenAuthentication, header=header).status_code == 200
    services.revoke(PartnerTokenAdapter().identify(token))
    answer = ask(RevocablePartnerTokenAuthentication, header=header)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert RevokedToken.objects.get().kind == "partner"


@pytest.mark.parametrize("store", ["database.DatabaseStore", "cached.CachedStore"])
def test_a_token_that_nobody_could_revoke_is_refused(token, settings, store):
    settings.TOKEN_REVOCATION |= {"STORE": f"token_revocation.stores.{store}"}
    answer = ask(Nameless, header=f"Token {token.key}")
    assert (answer.status_code, answer.data["code"]) == (401, "token_unidentified")
