"""No token is stored for an account that changes during the request."""

from __future__ import annotations

from typing import ClassVar

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider import models
from oauth2_provider.views import DeviceConfirmView

from tests.attacks.grants.flows import PASSWORD, DeviceFlow, Flow, is_rejected
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0"),
    pytest.mark.filterwarnings("ignore:The PKCE"),
]


class TestConcurrentAccountChange:
    """Another request changes the account after it is loaded and before a token is stored."""

    CHANGES: ClassVar = {
        "password": {"password": "x"},
        "inactive": {"is_active": False},
    }

    @pytest.fixture(params=CHANGES.values(), ids=CHANGES)
    def change(self, request, user):
        def change():
            type(user).objects.filter(pk=user.pk).update(**request.param)

        return change

    def test_the_password_grant_fails(self, start_flow, change, monkeypatch, user):
        class PasswordFlow(Flow):
            grant_type = "password"

        flow = start_flow(PasswordFlow)
        self._interrupt(monkeypatch, "validate_user", change)
        data = {"grant_type": "password", "username": user.username, "password": PASSWORD}
        answer = flow.token(**data)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert not models.AccessToken.objects.exists()

    @pytest.mark.parametrize(
        ("grant_type", "response_type"),
        [
            ("authorization-code", "code"),
            ("implicit", "token"),
            ("implicit", "id_token"),
            ("implicit", "id_token token"),
            ("openid-hybrid", "code token"),
            ("openid-hybrid", "code id_token"),
        ],
    )
    def test_the_authorization_endpoint_denies_access(
        self, start_flow, change, monkeypatch, grant_type, response_type
    ):
        class AnyFlow(Flow):
            pass

        AnyFlow.grant_type = grant_type
        flow = start_flow(AnyFlow)
        self._interrupt(monkeypatch, "validate_redirect_uri", change)
        assert flow.authorize(response_type)["error"] == "access_denied"
        for model in (models.AccessToken, models.Grant, models.IDToken):
            assert not model.objects.exists()

    def test_the_approval_of_a_device_fails(self, start_flow, change, monkeypatch):
        flow = start_flow(DeviceFlow)
        codes = flow.request_codes()
        load = DeviceConfirmView.get_form

        def interrupted(self, *args, **kwargs):
            str(self.request.user)  # Load the user.
            change()
            return load(self, *args, **kwargs)

        monkeypatch.setattr(DeviceConfirmView, "get_form", interrupted)
        assert flow.approve(codes).status_code == 403
        assert is_rejected(flow.exchange(codes["device_code"]))

    def _interrupt(self, monkeypatch, name, change):
        real = getattr(RevocableOAuth2Validator, name)

        def interrupted(*args, **kwargs):
            found = real(*args, **kwargs)
            change()
            return found

        monkeypatch.setattr(RevocableOAuth2Validator, name, interrupted)
