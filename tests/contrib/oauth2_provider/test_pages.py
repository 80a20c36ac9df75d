from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.admin import AccessTokenAdmin, RefreshTokenAdmin
from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.asking import ask
from token_revocation import services
from token_revocation.models import Reason, RevokedToken

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")

PAGES = {AccessToken: AccessTokenAdmin, RefreshToken: RefreshTokenAdmin}


@pytest.fixture
def grants(log_in):
    """The first to be ended, the other to be spared."""
    return log_in(), log_in()


@pytest.fixture
def choose(serve_admin, settings):
    """Run an action of the admin on the first token of a model; says what the page says."""
    urls = settings.ROOT_URLCONF

    def choosing(model, action):
        chosen = {"action": action, "_selected_action": [model.objects.earliest("pk").pk]}
        page = serve_admin(PAGES).post(
            f"/admin/oauth2_provider/{model._meta.model_name}/", chosen, follow=True
        )
        settings.ROOT_URLCONF = urls
        return page.text

    return choosing


def are_ended(client, refresh, ended, spared):
    assert ask(client, ended.access).data["code"] == "token_revoked"
    assert refresh(ended).json()["error"] == "invalid_grant"
    assert ask(client, spared.access).status_code == 200
    assert refresh(spared).status_code == 200


@pytest.mark.parametrize("model", PAGES)
def test_our_action_ends_the_chosen_token_and_its_relatives(client, refresh, grants, choose, model):
    assert "1 token was revoked." in choose(model, "revoke_selected_tokens")
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {Reason.ADMIN}
    are_ended(client, refresh, *grants)


@pytest.mark.parametrize("model", PAGES)
def test_the_action_of_the_package_is_recorded(client, refresh, grants, choose, model):
    assert "Revoked 1" in choose(model, "revoke_tokens")
    assert RevokedToken.objects.count() == 2
    are_ended(client, refresh, *grants)


@pytest.mark.filterwarnings("ignore:Presenting an OAuth 2.0 access token in the URI query string")
def test_logging_out_with_a_token_in_the_query_is_no_error_the_second_time(client, log_in):
    """Where oauthlib looks too (RFC 6750, section 2.3)."""
    raw = log_in().access
    path = f"/logout/?access_token={raw}"
    assert client.post(path).status_code == client.post(path).status_code == 204
    assert ask(client, raw).data["code"] == "token_revoked"


def test_a_token_without_a_client_is_accepted_and_can_be_ended(client, make_access_token):
    token = make_access_token()
    token.application = None
    token.save()
    ref = services.read("opaque")
    assert ref.subject("client") is None
    assert ask(client, "opaque").status_code == 200
    services.revoke(ref)
    assert ask(client, "opaque").data["code"] == "token_revoked"
