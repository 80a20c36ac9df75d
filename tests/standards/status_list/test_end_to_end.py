"""Log in with simplejwt, end something, and read the list as a stranger does."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from django.urls import include, path

from tests.factories import UserFactory
from tests.standards.status_list.issued import place_of, status_in_list
from tests.standards.urls import urlpatterns as ours
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.views import RevocableTokenObtainPairView
from token_revocation.standards.status_list import documents
from token_revocation.standards.status_list import simplejwt as listed
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db

DRAFT = "draft-ietf-oauth-status-list-20"


class ClientAdapter(SimpleJWTAdapter):
    """Of a project whose tokens name the client they were issued to (RFC 9068)."""

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
    """Adds a claim as the documentation of simplejwt has it."""

    token_class = RefreshToken

    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["client_id"] = "app"
        return token


urlpatterns = [
    *ours,
    path("api/", include("token_revocation.standards.status_list.token_urls")),
    path("app/", RevocableTokenObtainPairView.as_view(serializer_class=ObtainPairSerializer)),
]


@pytest.fixture(autouse=True, params=[None, "https://issuer.example"], ids=["no iss", "iss"])
def _project(request, us, settings, monkeypatch):
    backend = listed.ListedAccessToken().get_token_backend()
    monkeypatch.setattr(backend, "issuer", request.param)
    monkeypatch.setattr(documents, "REFRESH", 0)
    settings.ROOT_URLCONF = __name__
    adapters = [f"{__name__}.ClientAdapter"]
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ADAPTERS": adapters}


@pytest.fixture
def log_in(api_client, user):
    def log_in(user=user, door="/api/token/"):
        credentials = {"username": user.username, "password": "correct horse"}
        return api_client.post(door, credentials).json()

    return log_in


@pytest.fixture
def statuses(client):
    """What the lists say of each token of some pairs."""

    def ask(*pairs):
        return [status_in_list(client, raw) for pair in pairs for raw in pair.values()]

    return ask


def session_of(raw):
    return services.read(raw).subject("session").id


@pytest.mark.spec(DRAFT, "6.2")
def test_both_tokens_of_a_login_have_a_place_and_are_valid(log_in, statuses):
    mine, theirs = log_in(), log_in()
    places = {tuple(place_of(r).values()) for pair in (mine, theirs) for r in pair.values()}
    assert len(places) == 4
    assert statuses(mine, theirs) == [0, 0, 0, 0]


@pytest.mark.spec(DRAFT, "7")
@pytest.mark.parametrize("which", ["refresh", "access"])
def test_a_token_that_is_revoked_flips_its_own_bit(log_in, statuses, which):
    pair = log_in()
    services.revoke(services.read(pair[which]))
    assert statuses(pair) == [int(name == which) for name in pair]


@pytest.mark.spec(DRAFT, "7")
def test_a_session_that_ends_flips_both(log_in, statuses):
    mine, other = log_in(), log_in()
    services.revoke_session(session_of(mine["access"]))
    assert statuses(mine, other) == [1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_a_user_who_is_logged_out_everywhere_flips_all_of_theirs(log_in, statuses, user):
    mine, more, other = log_in(), log_in(), log_in(UserFactory())
    services.revoke_all(user)
    later = log_in()
    assert statuses(mine, more, other, later) == [1, 1, 1, 1, 0, 0, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_a_session_that_is_kept_stays_valid(log_in, statuses, user):
    mine, other = log_in(), log_in()
    services.revoke_all(user, keep=services.read(mine["access"]))
    assert statuses(mine, other) == [0, 0, 1, 1]


@pytest.mark.spec(DRAFT, "7")
def test_a_client_that_is_cut_off_flips_what_it_got(log_in, statuses):
    theirs, other = log_in(door="/app/"), log_in()
    services.revoke_client("app")
    assert statuses(theirs, other) == [1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "7")
def test_the_end_of_everything_flips_all(log_in, statuses):
    before = log_in(), log_in(UserFactory())
    services.revoke_everyone()
    assert statuses(*before, log_in()) == [1, 1, 1, 1, 0, 0]


@pytest.mark.spec(DRAFT, "13.2")
def test_what_a_refresh_gives_has_places_of_its_own(log_in, statuses, api_client, monkeypatch):
    monkeypatch.setitem(api_settings_of_simplejwt(), "ROTATE_REFRESH_TOKENS", True)
    first = log_in()
    second = api_client.post("/api/token/refresh/", {"refresh": first["refresh"]}).json()
    places = {tuple(place_of(r).values()) for pair in (first, second) for r in pair.values()}
    assert len(places) == 4
    assert statuses(first) == [1, 0]
    assert statuses(second) == [0, 0]
    services.revoke_session(session_of(second["access"]))
    assert statuses(first, second) == [1, 1, 1, 1]


@pytest.mark.spec(DRAFT, "13.2")
def test_a_sliding_token_that_is_refreshed_ends_in_both_places(log_in, statuses, api_client):
    before = log_in(door="/api/token/sliding/")
    after = api_client.post("/api/token/sliding/refresh/", before).json()
    assert place_of(before["token"]) != place_of(after["token"])
    services.revoke(services.read(after["token"]))
    assert statuses(before, after) == [1, 1]


def test_the_other_endpoints_are_there_as_well(log_in, api_client):
    pair = log_in()
    assert api_client.post("/api/token/verify/", {"token": pair["access"]}).status_code == 200
    assert api_client.post("/api/token/revoke/", pair).status_code == 200
    assert api_client.post("/api/token/verify/", {"token": pair["access"]}).status_code == 401


def api_settings_of_simplejwt():
    """A dictionary in which a test may change a setting of simplejwt."""
    from rest_framework_simplejwt import settings

    return settings.api_settings.__dict__
