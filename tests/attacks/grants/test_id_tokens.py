"""An ID token is revoked with the session that issued it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import ClassVar

import pytest
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider import models

from tests.attacks.grants.flows import CodeFlow, Flow, HybridFlow, is_rejected
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from tests.receivers import bulk_deletions
from token_revocation import services
from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator
from token_revocation.models import RevokedToken, TokenCutoff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0"),
    pytest.mark.filterwarnings("ignore:The PKCE"),
]


class TestIDTokens:
    """An ID token is revoked with the session that issued it."""

    @pytest.fixture
    def flow(self, start_flow):
        return start_flow(CodeFlow)

    @pytest.fixture
    def issued(self, flow):
        return flow.exchange(flow.obtain()).json()

    def refresh(self, flow, tokens):
        answer = flow.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        assert answer.status_code == 200, answer.content
        return answer.json()

    @staticmethod
    def post_revocation(flow, raw):
        answer = flow.client.post(
            "/o/revoke_token/", **client_form(flow.application, SECRET, token=raw)
        )
        assert answer.status_code == 200

    REVOCATIONS: ClassVar = {
        "revocation endpoint, access token": lambda self, flow, tokens: self.post_revocation(
            flow, tokens["access_token"]
        ),
        "revocation endpoint, refresh token": lambda self, flow, tokens: self.post_revocation(
            flow, tokens["refresh_token"]
        ),
        "RefreshToken.revoke()": lambda self, flow, tokens: token_row(
            models.RefreshToken, tokens["refresh_token"]
        ).revoke(),
        "RefreshToken.revoke_family()": lambda self, flow, tokens: (
            models.RefreshToken.revoke_family(
                token_row(models.RefreshToken, tokens["refresh_token"]).token_family
            )
        ),
        "AccessToken.revoke()": lambda self, flow, tokens: token_row(
            models.AccessToken, tokens["access_token"]
        ).revoke(),
        "logout": lambda self, flow, tokens: services.log_out(
            services.resolve(tokens["access_token"])
        ),
        "logout with the ID token": lambda self, flow, tokens: services.log_out(
            services.resolve(tokens["id_token"])
        ),
        "revoke(), access token": lambda self, flow, tokens: services.revoke(
            services.resolve(tokens["access_token"])
        ),
        "revoke(), refresh token": lambda self, flow, tokens: services.revoke(
            services.resolve(tokens["refresh_token"])
        ),
        "revoke_session()": lambda self, flow, tokens: services.revoke_session(
            services.resolve(tokens["access_token"]).subject("session").id
        ),
    }

    @pytest.mark.parametrize("revoke", REVOCATIONS.values(), ids=REVOCATIONS)
    @pytest.mark.parametrize("rotating", [True, False], ids=["rotating", "not rotating"])
    def test_all_id_tokens_of_a_session_are_revoked(
        self, client, oauth, flow, issued, rotating, revoke
    ):
        oauth(ROTATE_REFRESH_TOKEN=rotating, PKCE_REQUIRED=False)
        second = self.refresh(flow, issued)
        third = self.refresh(flow, second)
        other = flow.exchange(flow.obtain()).json()
        ids = [tokens["id_token"] for tokens in (issued, second, third)]
        assert {get_protected(client, raw).status_code for raw in ids} == {200}
        revoke(self, flow, third)
        assert [get_protected(client, raw).status_code for raw in ids] == [401, 401, 401]
        assert get_protected(client, third["access_token"]).status_code == 401
        assert get_protected(client, other["id_token"]).status_code == 200

    def test_reuse_protection_revokes_id_tokens(self, client, oauth, flow, issued):
        oauth(REFRESH_TOKEN_REUSE_PROTECTION=True)
        second = self.refresh(flow, issued)
        answer = flow.token(grant_type="refresh_token", refresh_token=issued["refresh_token"])
        assert is_rejected(answer)
        for tokens in (issued, second):
            assert get_protected(client, tokens["id_token"]).status_code == 401

    def test_id_tokens_of_a_hybrid_flow_are_revoked(self, client, start_flow):
        flow = start_flow(HybridFlow)
        front = flow.authorize("code id_token")
        back = flow.exchange(front["code"]).json()
        assert get_protected(client, front["id_token"]).status_code == 200
        services.log_out(services.resolve(back["access_token"]))
        for tokens in (front, back):
            assert get_protected(client, tokens["id_token"]).status_code == 401

    @pytest.mark.parametrize("revoke", [lambda row: row.revoke(), lambda row: row.delete()])
    def test_id_tokens_of_an_implicit_flow_are_revoked(self, client, start_flow, revoke):
        class ImplicitFlow(Flow):
            grant_type = "implicit"

        tokens = start_flow(ImplicitFlow).authorize("id_token token")
        assert get_protected(client, tokens["id_token"]).status_code == 200
        revoke(models.AccessToken.objects.get())
        assert get_protected(client, tokens["id_token"]).status_code == 401

    def test_an_id_token_stays_valid_when_expired_access_tokens_are_deleted(self, client, issued):
        models.AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
        models.RefreshToken.objects.all().delete()
        models.AccessToken.objects.all().delete()
        assert get_protected(client, issued["id_token"]).status_code == 200

    def test_deleting_many_access_tokens_takes_few_queries(self, django_assert_max_num_queries):
        bulk_deletions.oauth_tokens(200)
        with django_assert_max_num_queries(60):
            models.AccessToken.objects.all().delete()
        assert RevokedToken.objects.count() == 400
        assert TokenCutoff.objects.filter(subject_type="session").count() == 200

    def test_a_refresh_without_an_id_token_keeps_the_previous_one_in_the_session(
        self, client, oauth, flow, issued
    ):
        oauth(ROTATE_REFRESH_TOKEN=False, PKCE_REQUIRED=False)
        narrowed = {"refresh_token": issued["refresh_token"], "scope": "read"}
        tokens = flow.token(grant_type="refresh_token", **narrowed).json()
        assert "id_token" not in tokens
        services.log_out(services.resolve(tokens["access_token"]))
        assert get_protected(client, issued["id_token"]).status_code == 401

    def test_an_id_token_of_another_client_created_at_the_same_time_stays_valid(
        self, client, flow, issued, make_client
    ):
        flow.application = make_client("authorization-code")
        other = flow.exchange(flow.obtain()).json()
        created = models.RefreshToken.objects.order_by("pk").first().created
        models.IDToken.objects.update(created=created)
        services.revoke(services.resolve(issued["refresh_token"]))
        assert get_protected(client, issued["id_token"]).status_code == 401
        assert get_protected(client, other["id_token"]).status_code == 200

    def test_a_sid_claim_of_the_project_is_ignored(self, client, flow, monkeypatch):
        monkeypatch.setattr(RevocableOAuth2Validator, "oidc_claim_scope", None)
        claims = {"sid": lambda request: "their session"}
        monkeypatch.setattr(
            RevocableOAuth2Validator, "get_additional_claims", lambda self: claims, raising=False
        )
        tokens = flow.exchange(flow.obtain()).json()
        access, identity = (services.resolve(tokens[n]) for n in ("access_token", "id_token"))
        assert identity.subject("session") == access.subject("session")

    def test_deleting_a_user_stores_no_cutoff_for_each_session(self, flow, issued, settings):
        settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "REVOKE_ON": ()}
        flow.user.delete()
        assert not TokenCutoff.objects.filter(subject_type="session").exists()


def token_row(model, raw):
    """Return the row of a raw token."""
    return model.objects.get(token_checksum=hashlib.sha256(raw.encode()).hexdigest())
