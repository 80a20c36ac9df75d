"""Revocations and deletions by OAuth Toolkit itself are recorded."""

from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken, clear_expired

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.signals import token_revoked

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.parametrize("half", ["access", "refresh"])
def test_revocation_by_the_stock_endpoint_is_recorded(
    client, log_in, half, django_capture_on_commit_callbacks
):
    grant = log_in()
    wanted = {services.resolve(grant.access).key, services.resolve(grant.refresh).key}
    captured = capture_signals(token_revoked, argument="token")
    with captured as tokens, django_capture_on_commit_callbacks(execute=True):
        raw = getattr(grant, half)
        client.post("/o/revoke_token/", **client_form(grant.application, SECRET, token=raw))
    assert (
        {token.key for token in tokens}
        == wanted
        == set(RevokedToken.objects.values_list("key", flat=True))
    )
    assert get_protected(client, grant.access).data["code"] == "token_revoked"


def test_deletion_on_the_authorized_tokens_page_is_recorded(client, log_in, user):
    grant = log_in()
    client.force_login(user)
    client.post(f"/o/authorized_tokens/{AccessToken.objects.get().pk}/delete/")
    assert RevokedToken.objects.count() == 2
    assert get_protected(client, grant.access).data["code"] == "token_revoked"


def test_clear_expired_records_nothing(oauth, log_in, refresh):
    refresh(log_in())
    clear_expired()
    assert RefreshToken.objects.count() == 1
    assert not RevokedToken.objects.exists()


def test_refresh_token_without_an_adapter_is_not_recorded(log_in, settings):
    log_in()
    settings.TOKEN_REVOCATION = {}
    RefreshToken.objects.get().revoke()
    assert not RevokedToken.objects.exists()
