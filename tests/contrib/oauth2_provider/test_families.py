from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.asking import ask
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.models import RevokedToken, TokenCutoff

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def test_revoking_the_access_token_ends_its_refresh_token(client, log_in, refresh):
    grant, other = log_in(), log_in()
    services.revoke(services.read(grant.access))
    assert ask(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert ask(client, other.access).status_code == 200
    assert refresh(other).status_code == 200


def test_revoking_the_refresh_token_ends_its_access_token(client, log_in, refresh):
    grant = log_in()
    services.revoke(services.read(grant.refresh))
    assert ask(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"


def test_each_half_is_told_of_the_other(log_in):
    access, refresh = map(services.read, log_in()[:2])
    adapter = get_adapters()["oauth2_provider"]
    assert [[*adapter.relatives(half)] for half in (access, refresh)] == [[refresh], [access]]


@pytest.mark.parametrize("half", ["access", "refresh"])
def test_what_a_refresh_has_made_ends_with_the_token_of_before(client, log_in, refresh, half):
    """A refresh token that was used up, or its lost answer, is all that the client may have."""
    grant = log_in()
    made = refresh(grant).json()
    raw = made["access_token"] if half == "access" else grant.refresh
    services.revoke(services.read(raw))
    assert ask(client, made["access_token"]).status_code == 401
    assert refresh(grant._replace(refresh=made["refresh_token"])).status_code == 400


def test_logging_out_with_the_access_token_ends_the_session_and_no_other(
    client, log_in, refresh, client_of
):
    grant, other = log_in(), log_in()
    assert client_of(grant.access, "Bearer").post("/auth/logout/").status_code == 204
    assert ask(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert refresh(other).status_code == 200
    assert TokenCutoff.objects.get().subject_type == "session"


def test_a_refresh_token_of_an_expired_access_token_is_listed_and_can_be_ended(
    log_in, refresh, user
):
    grant = log_in()
    AccessToken.objects.update(expires="2020-01-01T00:00Z")
    (listed,) = services.active_tokens(user)
    assert listed == services.read(grant.refresh)
    services.revoke(listed)
    assert services.active_tokens(user) == []
    assert refresh(grant).status_code == 400


def test_a_revoked_refresh_token_is_marked_and_kept_as_the_package_does(log_in):
    grant = log_in()
    services.revoke(services.read(grant.access))
    assert RefreshToken.objects.get().revoked is not None
    assert not AccessToken.objects.exists()
    assert RevokedToken.objects.count() == 2


def test_no_row_of_ours_holds_a_token(log_in):
    grant = log_in()
    services.revoke(services.read(grant.refresh))
    rows = str(list(RevokedToken.objects.values()))
    assert grant.access not in rows
    assert grant.refresh not in rows


def test_revoking_costs_the_same_however_long_the_family_is(log_in, refresh):
    def cost(grant, raw):
        token = services.read(raw)
        with CaptureQueriesContext(connection) as queries:
            services.revoke(token)
        return len(queries)

    young = log_in()
    one = cost(young, young.access)
    grant = log_in()
    for _ in range(5):
        made = refresh(grant).json()
        grant = grant._replace(refresh=made["refresh_token"], access=made["access_token"])
    assert cost(grant, grant.access) == one


def test_revoking_a_client_ends_its_tokens_and_no_others(client, log_in, refresh, make_application):
    ended, spared = log_in(), log_in(application=make_application("two"))
    services.revoke_client(ended.application.client_id)
    assert ask(client, ended.access).data["code"] == "token_revoked"
    assert refresh(ended).json()["error"] == "invalid_grant"
    assert ask(client, spared.access).status_code == 200
    assert refresh(spared).status_code == 200


def test_revoking_all_of_a_user_may_spare_the_session_in_use(client, log_in, refresh, user):
    kept, ended, of_another = log_in(), log_in(), log_in(of=UserFactory())
    services.revoke_all(user, keep=services.read(kept.access))
    assert ask(client, ended.access).data["code"] == "token_revoked"
    assert refresh(ended).status_code == 400
    assert refresh(kept).status_code == refresh(of_another).status_code == 200
