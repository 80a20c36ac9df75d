"""Authenticated requests without a user, or with a minimal user object of the project."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("oauth2_provider")

from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from rest_framework.test import APIClient

from tests.attacks.endpoints import endpoint_paths, urlconf
from tests.factories import UserFactory
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.models import TokenCutoff

FORM = "application/x-www-form-urlencoded"

RAW = "machine-token"


@pytest.fixture(autouse=True)
def _project(settings, db):
    settings.ROOT_URLCONF = urlconf("oauth2_provider, access token")
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": ["token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"]
    }
    application = Application.objects.create(
        name="gateway",
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )
    expires = timezone.now() + timedelta(hours=1)
    AccessToken.objects.create(token=RAW, application=application, expires=expires, scope="read")


def client(raw=RAW, scheme="Bearer"):
    made = APIClient()
    if raw:
        made.credentials(HTTP_AUTHORIZATION=f"{scheme} {raw}")
    return made


@pytest.mark.parametrize("unauthenticated", [None, "django.contrib.auth.models.AnonymousUser"])
@pytest.mark.parametrize("raw", [RAW, "", "unknown"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_no_endpoint_fails(settings, unauthenticated, raw, method):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "UNAUTHENTICATED_USER": unauthenticated}
    for path, name in endpoint_paths():
        data = {"token": "x", "tokens": ["x"], "username": "a", "password": "b"}
        answer = getattr(client(raw), method)(path, data)
        assert answer.status_code < 500, name


@pytest.mark.parametrize("path", ["logout/", "logout/all/"])
def test_logout_revokes_the_token(path):
    assert client().post(f"/0/{path}").status_code == 204
    assert client().get("/protected/").status_code == 401
    assert not TokenCutoff.objects.exists()


def test_keep_current_keeps_the_token():
    assert client().post("/0/logout/all/", {"keep_current": True}).status_code == 204
    assert client().get("/protected/").status_code == 403


@pytest.mark.parametrize("path", ["tokens/", "users/1/revoke/", "revoke/leaked/"])
def test_endpoints_that_require_a_user_are_forbidden(path):
    send = client().get if path == "tokens/" else client().post
    assert send(f"/0/{path}").status_code == 403


@pytest.mark.spec("RFC 7662", "2.3")
def test_client_without_a_user_gets_401_from_introspection():
    answer = client().post("/1/", "token=x", content_type=FORM)
    assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")


class MinimalUser:
    """A user object without permissions or a name, with another primary key."""

    is_authenticated = True

    def __init__(self, user):
        self.pk = user.pk + 1


class MinimalUserAuthentication(RevocableOAuth2Authentication):
    def authenticate(self, request):
        result = super().authenticate(request)
        return result and (MinimalUser(result[0]), result[1])


class TestMinimalUser:
    @pytest.fixture
    def users(self, monkeypatch, settings):
        from tests.matrix import kinds

        kind = kinds.KINDS["oauth2_provider, access token"]
        changed = {**vars(kind), "authentication": f"{__name__}.MinimalUserAuthentication"}
        monkeypatch.setitem(kinds.KINDS, "minimal user", kinds.Kind(**changed))
        settings.ROOT_URLCONF = urlconf("minimal user")
        one, two = UserFactory(), UserFactory()
        expires = timezone.now() + timedelta(hours=1)
        for user in (one, two):
            AccessToken.objects.create(token=f"of-{user.pk}", user=user, expires=expires)
        return one, two

    def test_no_endpoint_fails(self, users):
        for path, name in endpoint_paths():
            for method in ("get", "post"):
                answer = getattr(client(f"of-{users[0].pk}"), method)(path, {"token": "x"})
                assert answer.status_code < 500, name

    def test_logout_everywhere_revokes_the_tokens_of_the_token_owner(self, users):
        one, two = users
        assert client(f"of-{one.pk}").post("/0/logout/all/").status_code == 204
        assert [row.subject_id for row in TokenCutoff.objects.all()] == [str(one.pk)]
        assert client(f"of-{two.pk}").get("/0/tokens/").status_code == 200

    def test_the_tokens_of_the_token_owner_are_listed(self, users):
        (listed,) = client(f"of-{users[0].pk}").get("/0/tokens/").json()
        assert listed["current"] is True
        path = f"/0/tokens/{listed['id']}/"
        assert client(f"of-{users[1].pk}").delete(path).status_code == 404
        assert client(f"of-{users[0].pk}").delete(path).status_code == 204
        assert client(f"of-{users[0].pk}").get("/0/tokens/").status_code == 401
