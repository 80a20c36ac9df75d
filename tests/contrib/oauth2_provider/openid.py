"""OpenID Connect login over HTTP."""

from __future__ import annotations

from functools import cache
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

REDIRECT_URI = "https://client.example.com/"

CLIENT = {
    "authorization_grant_type": "authorization-code",
    "algorithm": "RS256",
    "redirect_uris": REDIRECT_URI,
    "skip_authorization": True,
}
"""Columns of a client that needs no consent."""


def provider_settings():
    """Return the settings of OAuth Toolkit as an OpenID provider."""
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


def authorize(browser, client_id, scope="openid read"):
    """Return the token request after authorization (OpenID Connect Core 1.0, 3.1)."""
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT_URI}
    answer = browser.get("/o/authorize/", {**asked, "scope": scope})
    (code,) = parse_qs(urlsplit(answer["Location"]).query)["code"]
    return code_exchange(code)


def code_exchange(code):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
