"""A token is named by what stands in it: the issuer of its kind need not be that of the feed."""

from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")
simplejwt = pytest.importorskip("rest_framework_simplejwt.settings")

from tests.standards.event_feed.asking import US, poll, read  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken  # noqa: E402

ADAPTER = "token_revocation.contrib.simplejwt.SimpleJWTAdapter"


@pytest.mark.spec("OpenID Shared Signals Framework 1.0", "3.5")
@pytest.mark.parametrize(("issuer", "told"), [(None, US), ("https://login", "https://login")])
def test_a_receiver_finds_the_issuer_and_the_name_that_are_in_the_token(
    gateway, user, jwk, settings, monkeypatch, issuer, told
):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ADAPTERS": [ADAPTER]}
    monkeypatch.setitem(simplejwt.api_settings.__dict__, "ISSUER", issuer)
    token = RevocableAccessToken.for_user(user)
    monkeypatch.setattr(token.get_token_backend(), "issuer", issuer)
    raw = str(token)
    services.revoke(services.read(raw))
    (said,) = read(poll(gateway)["sets"], jwk)
    claims = jwt.decode(raw, options={"verify_signature": False})
    assert said["sub_id"] == {"format": "jwt_id", "iss": told, "jti": claims["jti"]}
    assert claims.get("iss") == issuer
