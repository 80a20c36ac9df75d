"""Tokens of a session with one index, from login to revocation and purge."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("cryptography")
pytest.importorskip("rest_framework_simplejwt")

from django.urls import include, path
from django.utils import timezone

from tests.contrib.simplejwt.clients import refresh
from tests.factories import UserFactory
from tests.queries import capture_queries
from tests.standards.status_list.status_lookup import reference_in
from tests.standards.urls import urlpatterns as standards_urls
from token_revocation import services
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.standards.status_list._builder import revoked_indices
from token_revocation.standards.status_list._session_places import names_index
from token_revocation.standards.status_list.models import ListedToken, StatusList
from token_revocation.standards.status_list.simplejwt import (
    ListedAccessToken,
    ListedRefreshToken,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_project")]

urlpatterns = [
    *standards_urls,
    path("api/", include("token_revocation.standards.status_list.token_urls")),
]


@pytest.fixture(params=[True, False], ids=["rotating", "not rotating"])
def _project(request, own_issuer, settings, monkeypatch):
    from rest_framework_simplejwt.settings import api_settings

    settings.ROOT_URLCONF = __name__
    adapters = ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]
    settings.TOKEN_REVOCATION = {**settings.TOKEN_REVOCATION, "ADAPTERS": adapters}
    monkeypatch.setitem(api_settings.__dict__, "ROTATE_REFRESH_TOKENS", request.param)


@pytest.fixture
def login(api_client, user):
    def login(user=user, path="/api/token/"):
        credentials = {"username": user.username, "password": "correct horse"}
        return api_client.post(path, credentials).json()

    return login


def renew(pair):
    return {**pair, **refresh(pair["refresh"]).json()}


def is_set(raw):
    """Return whether the index of a token is set."""
    reference = reference_in(raw)
    status_list = StatusList.objects.get(pk=reference["uri"].rstrip("/").rpartition("/")[2])
    return reference["idx"] in revoked_indices(status_list)


def session_of(raw):
    return services.resolve(raw).subject("session").id


def test_tokens_of_a_session_have_one_index(login):
    first, other = login(), login()
    second = renew(first)
    third = renew(second)
    mine = {tuple(reference_in(r).values()) for p in (first, second, third) for r in p.values()}
    assert len(mine) == 1
    assert tuple(reference_in(other["access"]).values()) not in mine
    assert len({services.resolve(p["access"]).identifier for p in (first, second, third)}) == 3
    assert ListedToken.objects.count() == 2


def test_a_refresh_makes_no_query_for_the_index(login):
    pair = renew(login())
    queries = capture_queries(lambda: renew(pair))
    assert [sql for sql in queries if "status_list" in sql] == []


def test_a_sliding_token_keeps_its_index(login, api_client):
    before = login(path="/api/token/sliding/")
    after = api_client.post("/api/token/sliding/refresh/", before).json()
    assert reference_in(before["token"]) == reference_in(after["token"])
    assert (
        services.resolve(before["token"]).identifier == services.resolve(after["token"]).identifier
    )
    services.revoke(services.resolve(after["token"]))
    assert is_set(before["token"])


@pytest.mark.parametrize("name", ["access", "refresh"])
@pytest.mark.parametrize("refreshes", [0, 2])
def test_revoking_any_token_sets_the_index(login, name, refreshes):
    pair, other = login(), login()
    for _ in range(refreshes):
        pair = renew(pair)
    assert not is_set(pair["access"])
    services.revoke(services.resolve(pair[name]))
    assert (is_set(pair["access"]), is_set(other["access"])) == (True, False)


def test_revoking_a_token_by_its_identifier_sets_the_index(login):
    pair, other = renew(login()), login()
    services.revoke_identifiers("simplejwt", [services.resolve(pair["access"]).identifier])
    assert (is_set(pair["access"]), is_set(other["access"])) == (True, False)


@pytest.mark.parametrize(
    "revoke",
    [
        lambda user, raw: services.revoke_session(session_of(raw)),
        lambda user, raw: services.log_out(services.resolve(raw)),
        lambda user, raw: services.revoke_all(user),
        lambda user, raw: services.revoke_everyone(),
    ],
)
def test_revoking_a_subject_sets_the_index(login, user, revoke):
    pair = renew(login())
    revoke(user, pair["refresh"])
    assert is_set(pair["access"])
    assert not is_set(login(UserFactory())["access"])


def test_a_kept_session_is_not_set(login, user):
    kept, other = renew(login()), login()
    services.revoke_all(user, keep=services.resolve(kept["access"]))
    assert (is_set(kept["access"]), is_set(other["access"])) == (False, True)


def test_an_identifier_that_only_resembles_another_sets_nothing(login):
    pair = login()
    name, index, _ = services.resolve(pair["access"]).identifier.split(".")
    names = [f"{name}.{index}x.1", f"{name}.{2**20}.1", f"{name}{index}.{index}.1", f"{name}..1"]
    services.revoke_identifiers("simplejwt", names)
    assert revoked_indices(StatusList.objects.get()) == set()


def test_claims_added_after_the_login_are_listed(user):
    token = ListedRefreshToken.for_user(user)
    other = UserFactory()
    token["user_id"] = str(other.pk)
    token.user_pk = other.pk
    raw = str(token)
    services.revoke_all(other)
    assert ListedToken.objects.count() == 1
    assert is_set(raw)


def test_an_access_token_of_another_user_has_its_own_index(user):
    token = ListedRefreshToken.for_user(user)
    access = token.access_token
    access["user_id"] = str(UserFactory().pk)
    assert reference_in(str(access)) != reference_in(str(token))


def test_an_access_token_with_another_identifier_has_its_own_index(user):
    token = ListedRefreshToken.for_user(user)
    access = token.access_token
    access["jti"] = "mine"
    raw = str(access)
    assert reference_in(raw) != reference_in(str(token))
    services.revoke(services.resolve(raw))
    assert (is_set(raw), is_set(str(token))) == (True, False)


def test_an_access_token_with_a_later_expiry_keeps_the_index(user):
    token = ListedRefreshToken.for_user(user)
    access = token.access_token
    access.set_exp(lifetime=timedelta(days=1))
    assert reference_in(str(access)) == reference_in(str(token))


def test_an_access_token_of_a_class_without_indices_has_none(user):
    class Plain(ListedRefreshToken):
        access_token_class = RevocableRefreshToken.access_token_class

    assert "status" not in Plain.for_user(user).access_token


def test_access_tokens_of_an_unlisted_refresh_token_share_an_index(user):
    raw = str(RevocableRefreshToken.for_user(user))
    first, second = (str(ListedRefreshToken(raw).access_token) for _ in range(2))
    assert reference_in(first) == reference_in(second)
    services.revoke(services.resolve(second))
    assert is_set(first)


def test_a_token_without_a_session_has_its_own_index():
    tokens = [ListedAccessToken() for _ in range(2)]
    assert reference_in(str(tokens[0])) != reference_in(str(tokens[1]))


@pytest.mark.parametrize("base", [ListedRefreshToken, ListedAccessToken])
def test_a_token_keeps_an_identifier_of_the_project(user, base):
    class Named(base):
        access_token_class = ListedAccessToken

        def set_jti(self):
            self["jti"] = f"mine-{timezone.now().timestamp()}"

    class Refresh(ListedRefreshToken):
        access_token_class = Named

    token = (Named if base is ListedRefreshToken else Refresh).for_user(user)
    access = token.access_token
    named = token if base is ListedRefreshToken else access
    assert named["jti"].startswith("mine-")
    assert reference_in(str(token)) != reference_in(str(access))


@pytest.mark.parametrize(
    "claim",
    [None, {}, {"status_list": {"idx": "1", "uri": "x"}}, {"status_list": {"idx": 1, "uri": "x"}}],
)
def test_a_malformed_claim_names_no_index(claim):
    assert not names_index("a.1.b", claim)
