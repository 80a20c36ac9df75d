"""Check of code that calls an authentication class, such as a middleware or a decorator."""

from __future__ import annotations

import pytest

from tests.checks.messages import ids
from token_revocation._checks import check_token_revocation

pytest.importorskip("rest_framework_simplejwt")
pytest.importorskip("knox")

OURS = "token_revocation.contrib"
CALL = "token_revocation.E077"
JWT = "from rest_framework_simplejwt.authentication import JWTAuthentication\n"
TOKEN = "from rest_framework.authentication import BaseAuthentication, TokenAuthentication\n"
VIEW = "from rest_framework.views import APIView\n"


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {
        "ADAPTERS": [
            f"{OURS}.simplejwt.SimpleJWTAdapter",
            f"{OURS}.knox.KnoxAdapter",
            f"{OURS}.authtoken.AuthTokenAdapter",
        ]
    }


@pytest.mark.parametrize(
    "source",
    [
        f"{JWT}def page(request): return JWTAuthentication().authenticate(request)\n",
        "def page(request):\n"
        "    from rest_framework_simplejwt.authentication import JWTAuthentication as Stock\n"
        "    return Stock().authenticate(request)\n",
        "from rest_framework_simplejwt import authentication\n"
        "user = lambda raw: authentication.JWTStatelessUserAuthentication().get_user(raw)\n",
        f"{JWT}class Cookie(JWTAuthentication): ...\n"
        "def page(request): return Cookie().authenticate(request)\n",
        f"{TOKEN}class Either(BaseAuthentication):\n    def authenticate(self, request):\n"
        "        return TokenAuthentication().authenticate(request)\n",
        f"{JWT}{VIEW}class Page(APIView):\n    def get_authenticators(self):\n"
        "        return [JWTAuthentication()] if self.request.headers['X-Old'] else []\n",
        f"{JWT}{VIEW}class Page(APIView):\n    authentication_classes = ()\n"
        "    def perform_authentication(self, request):\n"
        "        request.user, request.auth = JWTAuthentication().authenticate(request)\n",
        "from knox import auth\ncheck = auth.TokenAuthentication()\n",
    ],
)
def test_call_is_an_error_with_its_line(shop, source):
    (message,) = shop(source, CALL)
    assert message.startswith("shop.logins, line ")
    assert message.endswith("() accepts revoked tokens.")


@pytest.mark.parametrize(
    "source",
    [
        f"from {OURS}.simplejwt import RevocableJWTAuthentication as Ours\n"
        "def page(request): return Ours().authenticate(request)\n",
        f"{JWT}from {OURS}.simplejwt import RevocableJWTAuthentication\n"
        "class Cookie(RevocableJWTAuthentication): ...\n"
        "def page(request): return Cookie().authenticate(request)\n",
        f"{JWT}from {OURS}.simplejwt import RevocableJWTAuthentication\n"
        "class Cookie(RevocableJWTAuthentication):\n    def authenticate(self, request):\n"
        "        return JWTAuthentication().authenticate(request)\n",
        "from rest_framework.authentication import BasicAuthentication\n"
        "def page(request): return BasicAuthentication().authenticate(request)\n",
        f"{JWT}def page(request): return isinstance(request.auth, JWTAuthentication)\n",
        "x = 1\n",
    ],
)
def test_other_calls_pass(shop, source):
    assert shop(source, CALL) == []


def test_kind_that_is_not_in_use_passes(shop, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.authtoken.AuthTokenAdapter"]}
    assert shop(f"{JWT}check = JWTAuthentication()\n", CALL) == []


@pytest.mark.parametrize("setting", ["MIDDLEWARE", "AUTHENTICATION_BACKENDS"])
def test_module_that_a_setting_names_is_loaded(package, settings, setting):
    name = package(
        login=f"{JWT}def user(request): return JWTAuthentication().authenticate(request)\n"
    )
    settings.ROOT_URLCONF = "tests.urls"
    setattr(settings, setting, [f"{name}.login.user", "nowhere.Missing"])
    assert [each.msg for each in check_token_revocation() if each.id == CALL] == [
        f"{name}.login, line 2: JWTAuthentication() accepts revoked tokens."
    ]


def test_package_with_a_view_is_searched(package, settings):
    name = package(
        pages=f"{JWT}def user(request): return JWTAuthentication().authenticate(request)\n",
        routes="from django.urls import path\nfrom . import pages\n"
        "urlpatterns = [path('x/', pages.user)]\n",
    )
    settings.ROOT_URLCONF, settings.TENANT_URLCONF = "tests.urls", f"{name}.routes"
    assert CALL in {each.id for each in check_token_revocation()}
    assert "E051" not in ids()
