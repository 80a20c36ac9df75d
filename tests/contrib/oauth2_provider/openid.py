"""Sign in by OpenID Connect, over HTTP."""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

BACK = "https://client.example.com/"

CLIENT = {
    "authorization_grant_type": "authorization-code",
    "algorithm": "RS256",
    "redirect_uris": BACK,
    "skip_authorization": True,
}
"""Columns of a client whom nobody is asked about."""


def provider():
    """The settings of OAuth Toolkit with which it is a provider."""
    return {
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": rsa_key(),
        "PKCE_REQUIRED": False,
        "SCOPES": {"read": "Read", "openid": "Sign in"},
    }


@cache
def rsa_key():
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def authorize(browser, client_id):
    """What the client brings to the token endpoint; OpenID Connect Core 1.0, section 3.1."""
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": BACK}
    answer = browser.get("/o/authorize/", {**asked, "scope": "openid read"})
    (code,) = parse_qs(urlsplit(answer["Location"]).query)["code"]
    return exchange_of(code)


def exchange_of(code):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
