"""A project's own kind, made of DRF's tokens."""

from __future__ import annotations

import pytest

from tests.authentication.asking import ask
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.models import RevokedToken


class PartnerTokenAdapter(AuthTokenAdapter):
    kind = "partner"


class RevocablePartnerTokenAuthentication(RevocableTokenAuthentication):
    adapter = PartnerTokenAdapter()


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
