from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.oauth2_provider.requests import get_protected
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.models import RevokedToken, TokenCutoff

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


def test_revoking_the_access_token_revokes_its_refresh_token(client, log_in, refresh):
    grant, other = log_in(), log_in()
    services.revoke(services.resolve(grant.access))
    assert get_protected(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert get_protected(client, other.access).status_code == 200
    assert refresh(other).status_code == 200


def test_revoking_the_refresh_token_revokes_its_access_token(client, log_in, refresh):
    grant = log_in()
    services.revoke(services.resolve(grant.refresh))
    assert get_protected(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"


def test_access_and_refresh_token_are_related_tokens(log_in):
    access, refresh = map(services.resolve, log_in()[:2])
    adapter = get_adapters()["oauth2_provider"]
    assert [[*adapter.related_tokens(half)] for half in (access, refresh)] == [[refresh], [access]]


@pytest.mark.parametrize("half", ["access", "refresh"])
def test_revoking_a_used_refresh_token_revokes_the_refreshed_tokens(client, log_in, refresh, half):
    """The client may have only the used refresh token, if the response was lost."""
    grant = log_in()
    made = refresh(grant).json()
    raw = made["access_token"] if half == "access" else grant.refresh
    services.revoke(services.resolve(raw))
    assert get_protected(client, made["access_token"]).status_code == 401
    assert refresh(grant._replace(refresh=made["refresh_token"])).status_code == 400


def test_logout_with_the_access_token_revokes_only_its_session(client, log_in, refresh, client_of):
    grant, other = log_in(), log_in()
    assert client_of(grant.access, "Bearer").post("/auth/logout/").status_code == 204
    assert get_protected(client, grant.access).data["code"] == "token_revoked"
    assert refresh(grant).json()["error"] == "invalid_grant"
    assert refresh(other).status_code == 200
    assert TokenCutoff.objects.get().subject_type == "session"


def test_refresh_token_of_an_expired_access_token_is_listed_and_revocable(log_in, refresh, user):
    grant = log_in()
    AccessToken.objects.update(expires="2020-01-01T00:00Z")
    (listed,) = services.active_tokens(user)
    assert listed == services.resolve(grant.refresh)
    services.revoke(listed)
    assert services.active_tokens(user) == []
    assert refresh(grant).status_code == 400


def test_revoked_refresh_token_is_marked_and_kept(log_in):
    grant = log_in()
    services.revoke(services.resolve(grant.access))
    assert RefreshToken.objects.get().revoked is not None
    assert not AccessToken.objects.exists()
    assert RevokedToken.objects.count() == 2


def test_revoked_token_rows_contain_no_raw_token(log_in):
    grant = log_in()
    services.revoke(services.resolve(grant.refresh))
    rows = str(list(RevokedToken.objects.values()))
    assert grant.access not in rows
    assert grant.refresh not in rows


def test_cost_of_revocation_does_not_depend_on_family_size(log_in, refresh):
    def cost(grant, raw):
        token = services.resolve(raw)
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


def test_revoking_a_client_revokes_only_its_tokens(client, log_in, refresh, make_application):
    revoked, spared = log_in(), log_in(application=make_application("two"))
    services.revoke_client(revoked.application.client_id)
    assert get_protected(client, revoked.access).data["code"] == "token_revoked"
    assert refresh(revoked).json()["error"] == "invalid_grant"
    assert get_protected(client, spared.access).status_code == 200
    assert refresh(spared).status_code == 200


def test_revoking_all_tokens_can_keep_the_current_session(client, log_in, refresh, user):
    kept, revoked, of_another = log_in(), log_in(), log_in(of=UserFactory())
    services.revoke_all(user, keep=services.resolve(kept.access))
    assert get_protected(client, revoked.access).data["code"] == "token_revoked"
    assert refresh(revoked).status_code == 400
    assert refresh(kept).status_code == refresh(of_another).status_code == 200
