from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.admin import AccessTokenAdmin, RefreshTokenAdmin
from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.requests import get_protected
from token_revocation import services
from token_revocation.models import Reason, RevokedToken

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")

PAGES = {AccessToken: AccessTokenAdmin, RefreshToken: RefreshTokenAdmin}


@pytest.fixture
def grants(log_in):
    """Two grants: one to revoke and one to keep."""
    return log_in(), log_in()


@pytest.fixture
def choose(serve_admin, settings):
    """Return a function that runs an admin action on the first token of a model."""
    urls = settings.ROOT_URLCONF

    def choosing(model, action):
        chosen = {"action": action, "_selected_action": [model.objects.earliest("pk").pk]}
        page = serve_admin(PAGES).post(
            f"/admin/oauth2_provider/{model._meta.model_name}/", chosen, follow=True
        )
        settings.ROOT_URLCONF = urls
        return page.text

    return choosing


def assert_only_first_revoked(client, refresh, revoked, spared):
    assert get_protected(client, revoked.access).data["code"] == "token_revoked"
    assert refresh(revoked).json()["error"] == "invalid_grant"
    assert get_protected(client, spared.access).status_code == 200
    assert refresh(spared).status_code == 200


@pytest.mark.parametrize("model", PAGES)
def test_admin_action_revokes_the_selected_token_and_related_tokens(
    client, refresh, grants, choose, model
):
    assert "1 token was revoked." in choose(model, "revoke_selected_tokens")
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {Reason.ADMIN}
    assert_only_first_revoked(client, refresh, *grants)


@pytest.mark.parametrize("model", PAGES)
def test_stock_admin_action_is_recorded(client, refresh, grants, choose, model):
    assert "Revoked 1" in choose(model, "revoke_tokens")
    assert RevokedToken.objects.count() == 2
    assert_only_first_revoked(client, refresh, *grants)


@pytest.mark.filterwarnings("ignore:Presenting an OAuth 2.0 access token in the URI query string")
@pytest.mark.spec("RFC 9700", "4.3.2")
def test_token_in_the_query_string_is_ignored(client, log_in):
    raw = log_in().access
    assert client.get(f"/protected/?access_token={raw}").status_code == 401
    assert client.post(f"/logout/?access_token={raw}").status_code == 204
    assert get_protected(client, raw).status_code == 200
    both = client.get("/protected/?access_token=x", headers={"Authorization": f"Bearer {raw}"})
    assert both.status_code == 200


def test_token_without_a_client_is_accepted_and_can_be_revoked(client, make_access_token):
    token = make_access_token()
    token.application = None
    token.save()
    ref = services.resolve("opaque")
    assert ref.subject("client") is None
    assert get_protected(client, "opaque").status_code == 200
    services.revoke(ref)
    assert get_protected(client, "opaque").data["code"] == "token_revoked"
