"""The grant types of OAuth Toolkit: how a client obtains a code, and exchanges it for tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from oauth2_provider import models

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.openid import REDIRECT_URI
from tests.contrib.oauth2_provider.requests import client_form

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
VERIFIER = "v" * 64
PASSWORD = "correct horse"


class Flow:
    """One grant type: how a client obtains a code, and exchanges it for tokens."""

    def __init__(self, client, browser, application, user):
        self.client, self.browser = client, browser
        self.application, self.user = application, user

    def token(self, **data):
        return self.client.post("/o/token/", **client_form(self.application, SECRET, **data))

    def authorize(self, response_type, **parameters):
        parameters = {
            "response_type": response_type,
            "client_id": self.application.client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": "openid read",
            "nonce": "n",
            **parameters,
        }
        url = urlsplit(self.browser.get("/o/authorize/", parameters)["Location"])
        return {k: v[0] for k, v in parse_qs(url.fragment or url.query).items()}


class CodeFlow(Flow):
    grant_type, challenge, proof = "authorization-code", {}, {}

    def obtain(self):
        return self.authorize("code", **self.challenge)["code"]

    def exchange(self, code):
        data = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self.token(**data, **self.proof)


class ProvenCodeFlow(CodeFlow):
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge: ClassVar = {
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    proof: ClassVar = {"code_verifier": VERIFIER}


class HybridFlow(CodeFlow):
    grant_type = "openid-hybrid"

    def obtain(self):
        return self.authorize("code id_token")["code"]


class DeviceFlow(Flow):
    grant_type = DEVICE

    def request_codes(self):
        """Create the codes of a device; the endpoint that does so fails with oauthlib 4."""
        codes = {"user_code": secrets.token_hex(4), "device_code": secrets.token_hex(16)}
        response = models.DeviceCodeResponse(REDIRECT_URI, expires_in=1800, interval=5, **codes)
        models.create_device_grant(
            models.DeviceRequest(self.application.client_id, "read"), response
        )
        return codes

    def approve(self, codes, action="accept"):
        self.browser.post("/o/device/", {"user_code": codes["user_code"]})
        path = f"/o/device-confirm/{self.application.client_id}/{codes['user_code']}"
        return self.browser.post(path, {"action": action})

    def obtain(self):
        codes = self.request_codes()
        assert self.approve(codes).status_code == 302
        return codes["device_code"]

    def exchange(self, code):
        return self.token(grant_type=DEVICE, device_code=code)


class RefreshFlow(CodeFlow):
    def obtain(self):
        return super().exchange(super().obtain()).json()["refresh_token"]

    def exchange(self, raw):
        return self.token(grant_type="refresh_token", refresh_token=raw)


CODE_FLOWS = [CodeFlow, ProvenCodeFlow, HybridFlow, DeviceFlow]
ALL_FLOWS = [*CODE_FLOWS, RefreshFlow]


def is_rejected(answer):
    return answer.status_code in {400, 401, 403, 404} and "access_token" not in answer.json()
