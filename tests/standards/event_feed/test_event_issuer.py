"""Events name the issuer of the token, which may differ from that of the feed."""

from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")
simplejwt = pytest.importorskip("rest_framework_simplejwt.settings")

from tests.standards.event_feed.receiver import FEED_ISSUER, decode_events, poll  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken  # noqa: E402

ADAPTER = "token_revocation.contrib.simplejwt.SimpleJWTAdapter"


@pytest.mark.spec("OpenID Shared Signals Framework 1.0", "3.5")
@pytest.mark.parametrize(
    ("issuer", "expected"), [(None, FEED_ISSUER), ("https://login", "https://login")]
)
def test_event_names_the_iss_and_jti_of_the_token(
    gateway, user, jwk, settings, monkeypatch, issuer, expected
):
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ADAPTERS": [ADAPTER]}
    monkeypatch.setitem(simplejwt.api_settings.__dict__, "ISSUER", issuer)
    token = RevocableAccessToken.for_user(user)
    monkeypatch.setattr(token.get_token_backend(), "issuer", issuer)
    raw = str(token)
    services.revoke(services.resolve(raw))
    (event,) = decode_events(poll(gateway)["sets"], jwk)
    claims = jwt.decode(raw, options={"verify_signature": False})
    assert event["sub_id"] == {"format": "jwt_id", "iss": expected, "jti": claims["jti"]}
    assert claims.get("iss") == issuer
