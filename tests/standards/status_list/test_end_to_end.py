"""Tokens with their own indices from login to revocation, with status lookups."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from django.urls import include, path

from tests.factories import UserFactory
from tests.standards.status_list.status_lookup import look_up_status, reference_in
from tests.standards.urls import urlpatterns as standards_urls
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.views import RevocableTokenObtainPairView
from token_revocation.standards.status_list import _tokens
from token_revocation.standards.status_list import simplejwt as listed
from token_revocation.tokens import Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_sessions")]

DRAFT = "draft-ietf-oauth-status-list-20"


class ClientAdapter(SimpleJWTAdapter):
    """Adapter for tokens that name their client (RFC 9068)."""

    def identify(self, token):
        ref = super().identify(token)
        client = Subject.client(token.payload.get("client_id", ""))
        return replace(ref, subjects=(*ref.subjects, client))


class AccessToken(listed.ListedAccessToken):
    adapter = ClientAdapter()


class RefreshToken(listed.ListedRefreshToken):
    adapter = ClientAdapter()
    access_token_class = AccessToken


class ObtainPairSerializer(listed.ListedTokenObtainPairSerializer):
    """Serializer that adds a claim, as in simplejwt's documentation."""

    token_class = RefreshToken

    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["client_id"] = "app"
        return token


urlpatterns = [
    *standards_urls,
    path("api/", include("token_revocation.standards.status_list.token_urls")),
    path("app/", RevocableTokenObtainPairView.as_view(serializer_class=ObtainPairSerializer)),
]


@pytest.fixture(autouse=True, params=[None, "https://issuer.example"], ids=["no iss", "iss"])
def _project(request, own_issuer, settings, monkeypatch):
    backend = listed.ListedAccessToken().get_token_backend()
    monkeypatch.setattr(backend, "issuer", request.param)
    monkeypatch.setattr(_tokens, "CHECK_INTERVAL_SECONDS", 0)
    settings.ROOT_URLCONF = __name__
    adapters = [f"{__name__}.ClientAdapter"]
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ADAPTERS": adapters}


@pytest.fixture
def log_in(api_client, user):
    def log_in(user=user, path="/api/token/"):
        credentials = {"username": user.username, "password": "correct horse"}
        return api_client.post(path, credentials).json()

    return log_in


@pytest.fixture
def statuses(client):
    """Return a function that looks up the status of each token of some pairs."""

    def ask(*pairs):
        return [look_up_status(client, raw) for pair in pairs for raw in pair.values()]

    return ask


def session_of(raw):
    return services.resolve(raw).subject("session").id


@pytest.mark.spec(DRAFT, "6.2")
def test_both_tokens_of_a_login_are_listed_as_valid(log_in, statuses):
    mine, theirs = log_in(), log_in()
    references = {tuple(reference_in(r).values()) for pair in (mine, theirs) for r in pair.values()}
    assert len(references) == 4
    assert statuses(mine, theirs) == [0, 0, 0, 0]


@pytest.mark.spec(DRAFT, "7")
@pytest.mark.parametrize("which", ["refresh", "access"])
def test_revoked_token_flips_its_own_bit(log_in, statuses, which):
    pair = log_in()
    services.revoke(services.resolve(pair[which]))
    assert statuses(pair) == [int(name == which) for name in pair]


@pytest.mark.spec(DRAFT, "7")
def test_revoked_session_flips_both_tokens(log_in, statuses):
    mine, other = log_in(), log_in()
    services.revoke_session(session_of(mine["access"]))
    assert statuses(mine, other) == [1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_revoking_all_tokens_of_a_user_flips_only_theirs(log_in, statuses, user):
    mine, more, other = log_in(), log_in(), log_in(UserFactory())
    services.revoke_all(user)
    later = log_in()
    assert statuses(mine, more, other, later) == [1, 1, 1, 1, 0, 0, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_kept_session_stays_valid(log_in, statuses, user):
    mine, other = log_in(), log_in()
    services.revoke_all(user, keep=services.resolve(mine["access"]))
    assert statuses(mine, other) == [0, 0, 1, 1]


@pytest.mark.spec(DRAFT, "7")
def test_revoked_client_flips_its_tokens(log_in, statuses):
    theirs, other = log_in(path="/app/"), log_in()
    services.revoke_client("app")
    assert statuses(theirs, other) == [1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_revoking_everyone_flips_all_tokens(log_in, statuses):
    before = log_in(), log_in(UserFactory())
    services.revoke_everyone()
    assert statuses(*before, log_in()) == [1, 1, 1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "13.2")
def test_refreshed_tokens_have_their_own_indices(log_in, statuses, api_client, monkeypatch):
    monkeypatch.setitem(api_settings_of_simplejwt(), "ROTATE_REFRESH_TOKENS", True)
    first = log_in()
    second = api_client.post("/api/token/refresh/", {"refresh": first["refresh"]}).json()
    references = {
        tuple(reference_in(r).values()) for pair in (first, second) for r in pair.values()
    }
    assert len(references) == 4
    assert statuses(first, second) == [1, 0, 0, 0]
    services.revoke_session(session_of(second["access"]))
    assert statuses(first, second) == [1, 1, 1, 1]


@pytest.mark.spec(DRAFT, "13.2")
def test_revoked_sliding_token_is_flipped_at_old_and_new_index(log_in, statuses, api_client):
    before = log_in(path="/api/token/sliding/")
    after = api_client.post("/api/token/sliding/refresh/", before).json()
    assert reference_in(before["token"]) != reference_in(after["token"])
    services.revoke(services.resolve(after["token"]))
    assert statuses(before, after) == [1, 1]


def test_other_simplejwt_endpoints_are_included(log_in, api_client):
    pair = log_in()
    assert api_client.post("/api/token/verify/", {"token": pair["access"]}).status_code == 200
    assert api_client.post("/api/token/revoke/", pair).status_code == 200
    assert api_client.post("/api/token/verify/", {"token": pair["access"]}).status_code == 401


def api_settings_of_simplejwt():
    """Return the dictionary in which a test can change settings of simplejwt."""
    from rest_framework_simplejwt import settings

    return settings.api_settings.__dict__
