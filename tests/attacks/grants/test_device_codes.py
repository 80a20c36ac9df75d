"""Device codes are dated by their approval, and exchanged by the client that polls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider import models

from tests.attacks.grants.flows import DEVICE, DeviceFlow, is_rejected
from tests.contrib.oauth2_provider.requests import get_protected
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.contrib.oauth2_provider import _device_codes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0"),
    pytest.mark.filterwarnings("ignore:The PKCE"),
]


class TestDeviceCodes:
    @pytest.fixture
    def flow(self, start_flow):
        return start_flow(DeviceFlow)

    def test_a_cutoff_before_the_approval_does_not_revoke_the_code(self, client, flow):
        codes = flow.request_codes()
        services.revoke_all(flow.user)
        services.revoke_everyone()
        assert flow.approve(codes).status_code == 302
        answer = flow.exchange(codes["device_code"])
        assert get_protected(client, answer.json()["access_token"]).status_code == 200

    def test_saving_the_grant_does_not_change_the_time_of_its_approval(self, flow):
        code = flow.obtain()
        services.revoke_all(flow.user)
        grant = models.DeviceGrant.objects.get()
        grant.save()
        grant.save(update_fields=["last_checked"])
        assert is_rejected(flow.exchange(code))

    def test_a_grant_approved_without_signals_is_dated_by_its_request(self, flow):
        codes = flow.request_codes()
        services.revoke_all(flow.user)
        grants = models.DeviceGrant.objects.all()
        grants.update(status="authorized", user=flow.user)
        assert is_rejected(flow.exchange(codes["device_code"]))

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            ("authorization-pending", "authorization_pending"),
            ("denied", "access_denied"),
            ("expired", "expired_token"),
        ],
    )
    @pytest.mark.spec("RFC 8628", "3.5")
    def test_device_code_without_approval_is_rejected(self, flow, status, error):
        code = flow.obtain()
        models.DeviceGrant.objects.update(status=status)
        assert flow.exchange(code).json()["error"] == error

    @pytest.mark.spec("RFC 8628", "3.5")
    def test_expired_device_code_gets_expired_token(self, flow):
        code = flow.obtain()
        models.DeviceGrant.objects.update(expires=timezone.now())
        assert flow.exchange(code).json()["error"] == "expired_token"

    def test_a_code_approved_without_a_user_is_rejected(self, flow):
        code = flow.obtain()
        models.DeviceGrant.objects.update(user=None)
        assert is_rejected(flow.exchange(code))

    def test_a_denied_code_is_rejected(self, flow):
        codes = flow.request_codes()
        flow.approve(codes, "deny")
        assert is_rejected(flow.exchange(codes["device_code"]))

    def test_a_poll_without_a_code_is_rejected(self, flow):
        answer = flow.token(grant_type=DEVICE)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})

    @pytest.mark.parametrize("code", ["", "x", "\0", "x" * 5000])
    def test_an_invalid_code_is_rejected(self, flow, code):
        assert flow.exchange(code).status_code in {400, 404}

    def test_loading_a_fixture_changes_no_time(self, flow):
        flow.obtain()
        grant = models.DeviceGrant.objects.get()
        grant.last_checked -= timedelta(days=1)
        grant.save_base(raw=True)
        assert models.DeviceGrant.objects.get().last_checked == grant.last_checked


@pytest.mark.parametrize("columns", [{"user": UserFactory}, {"status": lambda: "denied"}])
def test_a_device_code_that_changes_during_the_exchange_is_rejected(
    start_flow, monkeypatch, columns
):
    flow = start_flow(DeviceFlow)
    code = flow.obtain()
    is_usable = _device_codes.is_usable

    def interrupted(*args):
        found = is_usable(*args)
        values = {name: make() for name, make in columns.items()}
        models.DeviceGrant.objects.update(**values)
        return found

    monkeypatch.setattr(_device_codes, "is_usable", interrupted)
    assert is_rejected(flow.exchange(code))
