"""Checks of dj-rest-auth, djoser and allauth, run by ``test_packages.py``."""

from __future__ import annotations

import pytest
from dj_rest_auth import app_settings, views
from dj_rest_auth.jwt_auth import JWTCookieAuthentication
from dj_rest_auth.registration.views import RegisterView, SocialLoginView
from django.urls import include, path
from rest_framework.test import APIClient
from rest_framework.views import APIView

from tests.checks.messages import ids, reported
from tests.urls import ProtectedView
from token_revocation import services
from token_revocation.contrib.dj_rest_auth import RevocableJWTCookieAuthentication
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.views import LogoutView

OURS = "token_revocation.contrib"
SIMPLEJWT = f"{OURS}.simplejwt"
CLAIMS = f"{SIMPLEJWT}.serializers.RevocableTokenObtainPairSerializer"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{SIMPLEJWT}.SimpleJWTAdapter"]}


@pytest.fixture
def rest_auth(monkeypatch):
    """Return a function that changes the cached settings of dj-rest-auth."""

    def change(**options):
        for name, value in options.items():
            monkeypatch.setattr(app_settings.api_settings, name, value)

    from token_revocation.contrib.simplejwt import serializers

    change(JWT_TOKEN_CLAIMS_SERIALIZER=serializers.RevocableTokenObtainPairSerializer)
    return change


def stock_claims():
    from rest_framework_simplejwt.serializers import TokenObtainPairSerializer

    return {"JWT_TOKEN_CLAIMS_SERIALIZER": TokenObtainPairSerializer}


def by_path():
    return {message.split(": ")[0]: (number, hint) for number, message, hint in reported()}


def by_cookie():
    return ProtectedView.as_view(authentication_classes=[RevocableJWTCookieAuthentication])


@pytest.fixture
def pages(urlconf, rest_auth):
    urlconf(path("", include(f"{OURS}.dj_rest_auth.urls")), path("x/", by_cookie()))


@pytest.fixture
def browser(pages, user):
    """A client with tokens in cookies."""
    client = APIClient()
    credentials = {"username": user.username, "password": "correct horse"}
    assert client.post("/login/", credentials).status_code == 200
    assert client.get("/x/").status_code == 200
    return client


def test_dj_rest_auth_urls_are_errors(urlconf, rest_auth):
    rest_auth(**stock_claims())
    urlconf(path("", include("dj_rest_auth.urls")))
    found = by_path()
    assert set(found) == {"/login/?", "/logout/?", "/token/verify/?", "/token/refresh/?"}
    assert {number for number, _ in found.values()} == {"E050"}
    assert CLAIMS in found["/login/?"][1]
    assert f"{OURS}.dj_rest_auth.views.RevocableLogoutView" in found["/logout/?"][1]
    assert f"{SIMPLEJWT}.views.RevocableTokenVerifyView" in found["/token/verify/?"][1]
    refresh = f"{OURS}.dj_rest_auth.views.RevocableCookieTokenRefreshView"
    assert refresh in found["/token/refresh/?"][1]


def test_revocable_dj_rest_auth_urls_pass(pages):
    assert reported() == []


def test_dj_rest_auth_without_jwts_passes(urlconf, rest_auth):
    rest_auth(**stock_claims(), USE_JWT=False)
    urlconf(path("x/", views.LoginView.as_view()), path("y/", views.LogoutView.as_view()))
    assert reported() == []


# Its own module needs one more package.
MFAVerifyView = type("MFAVerifyView", (APIView,), {"__module__": "dj_rest_auth.mfa.views"})


@pytest.mark.parametrize("view", [RegisterView, SocialLoginView, MFAVerifyView])
def test_other_login_views_of_dj_rest_auth_are_errors(urlconf, rest_auth, view):
    urlconf(path("x/", view.as_view()))
    assert ids() == []
    rest_auth(**stock_claims())
    assert CLAIMS in by_path()["/x/"][1]


def test_cookie_class_of_dj_rest_auth_is_an_error(urlconf):
    urlconf(path("x/", APIView.as_view(authentication_classes=[JWTCookieAuthentication])))
    number, hint = by_path()["/x/"]
    assert number == "E051"
    assert f"{OURS}.dj_rest_auth.RevocableJWTCookieAuthentication" in hint


def test_refresh_by_cookie(browser):
    before = browser.cookies["access"].value
    answer = browser.post("/token/refresh/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert browser.cookies["access"].value != before
    assert "refresh" not in answer.json()
    assert browser.get("/x/").status_code == 200


@pytest.mark.parametrize("refresh", [5, 1.5, "x", ["x"], None, True])
def test_refresh_with_an_invalid_body_is_rejected(browser, refresh):
    answer = browser.post("/token/refresh/", {"refresh": refresh})
    assert answer.status_code in (400, 401)


def test_refresh_without_a_token_is_rejected(pages):
    assert APIClient().post("/token/refresh/").status_code == 401


def test_tokens_in_cookies_are_rejected_after_a_cutoff(browser, user):
    stolen = {name: cookie.value for name, cookie in browser.cookies.items()}
    services.revoke_all(user)
    thief = APIClient()
    for name in ("access", "refresh"):
        thief.cookies[name] = stolen[name]
    assert thief.get("/x/").status_code == 401
    assert thief.post("/token/refresh/").status_code == 401
    assert thief.post("/token/verify/", {"token": stolen["refresh"]}).status_code == 401


@pytest.mark.parametrize("kept", ["access", "refresh"])
@pytest.mark.parametrize("is_session", [True, False])
def test_logout_by_one_cookie_revokes_both_tokens(browser, rest_auth, kept, is_session):
    rest_auth(SESSION_LOGIN=is_session)
    stolen = {name: cookie.value for name, cookie in browser.cookies.items()}
    leaving, thief = APIClient(), APIClient()
    leaving.cookies[kept] = stolen[kept]
    answer = leaving.post("/logout/")
    assert answer.status_code in (200, 401)  # By dj-rest-auth, 401 without the refresh token.
    thief.cookies["access"], thief.cookies["refresh"] = stolen["access"], stolen["refresh"]
    assert thief.get("/x/").status_code == 401
    assert thief.post("/token/refresh/").status_code == 401


def test_logout_with_an_expired_access_token(browser, settings):
    refresh = browser.cookies["refresh"].value
    browser.cookies["access"] = "expired, or no token at all"
    assert browser.post("/logout/").status_code == 200
    assert browser.cookies["access"].value == ""
    assert APIClient().post("/token/refresh/", {"refresh": refresh}).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer "])
def test_logout_revokes_a_cookie_token_of_an_inactive_user(urlconf, browser, user, header):
    ours = LogoutView.as_view(authentication_classes=[RevocableJWTCookieAuthentication])
    urlconf(path("ours/", ours), path("", include(f"{OURS}.dj_rest_auth.urls")))
    type(user).objects.update(is_active=False)
    access, refresh = (browser.cookies[name].value for name in ("access", "refresh"))
    if header:
        del browser.cookies["access"]
        browser.credentials(HTTP_AUTHORIZATION=header + access)
    assert browser.post("/ours/").status_code == 204
    type(user).objects.update(is_active=True)
    assert APIClient().post("/token/refresh/", {"refresh": refresh}).status_code == 401


def test_logout_without_tokens_stores_nothing(pages):
    assert APIClient().post("/logout/").status_code == 401  # By dj-rest-auth.
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()


def test_djoser_urls_are_errors(urlconf):
    urlconf(path("", include("djoser.urls.jwt")), path("", include("djoser.urls.authtoken")))
    assert set(by_path()) == {"/jwt/create/?", "/jwt/refresh/?", "/jwt/verify/?"}


def test_revocable_djoser_urls_pass(urlconf, user):
    urlconf(path("", include(f"{OURS}.djoser.urls.jwt")), path("", include("djoser.urls")))
    assert reported() == []
    credentials = {"username": user.username, "password": "correct horse"}
    pair = APIClient().post("/jwt/create/", credentials).json()
    services.log_out(services.resolve(pair["access"]))
    assert APIClient().post("/jwt/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    assert APIClient().post("/jwt/verify/", {"token": pair["refresh"]}).status_code == 401


@pytest.mark.filterwarnings("ignore:defusedxml.cElementTree:DeprecationWarning")
def test_djoser_login_by_a_provider(urlconf, user, monkeypatch):
    from djoser.conf import settings as djoser_settings
    from djoser.social.views import ProviderAuthView

    from token_revocation.contrib.djoser.strategies import RevocableTokenStrategy

    urlconf(path("x/", ProviderAuthView.as_view()))
    assert f"{OURS}.djoser.strategies.RevocableTokenStrategy" in by_path()["/x/"][1]
    monkeypatch.setattr(djoser_settings, "SOCIAL_AUTH_TOKEN_STRATEGY", RevocableTokenStrategy)
    assert reported() == []
    pair = RevocableTokenStrategy.obtain(user)
    access, refresh = services.resolve(pair["access"]), services.resolve(pair["refresh"])
    assert access.subject("session") == refresh.subject("session")
    assert pair["user"] == user
