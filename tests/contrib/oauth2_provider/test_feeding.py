"""What the package ends by itself is in our record."""

from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken, clear_expired

from tests.contrib.oauth2_provider.asking import ask, form
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.hearing import hearing
from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.signals import token_revoked

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.parametrize("half", ["access", "refresh"])
def test_the_endpoint_of_the_package_feeds_our_record(
    client, log_in, half, django_capture_on_commit_callbacks
):
    grant = log_in()
    wanted = {services.read(grant.access).key, services.read(grant.refresh).key}
    told = hearing(token_revoked, name="token")
    with told as tokens, django_capture_on_commit_callbacks(execute=True):
        raw = getattr(grant, half)
        client.post("/o/revoke_token/", **form(grant.application, SECRET, token=raw))
    assert (
        {token.key for token in tokens}
        == wanted
        == set(RevokedToken.objects.values_list("key", flat=True))
    )
    assert ask(client, grant.access).data["code"] == "token_revoked"


def test_the_page_of_the_package_feeds_our_record(client, log_in, user):
    grant = log_in()
    client.force_login(user)
    client.post(f"/o/authorized_tokens/{AccessToken.objects.get().pk}/delete/")
    assert RevokedToken.objects.count() == 2
    assert ask(client, grant.access).data["code"] == "token_revoked"


def test_cleaning_up_records_nothing(oauth, log_in, refresh):
    refresh(log_in())
    clear_expired()
    assert RefreshToken.objects.count() == 1
    assert not RevokedToken.objects.exists()


def test_a_refresh_token_of_a_kind_that_is_not_in_use_is_not_recorded(log_in, settings):
    log_in()
    settings.TOKEN_REVOCATION = {}
    RefreshToken.objects.get().revoke()
    assert not RevokedToken.objects.exists()
