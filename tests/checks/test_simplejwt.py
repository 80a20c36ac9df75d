"""Check of the classes and views of simplejwt."""

from __future__ import annotations

import time
from functools import cached_property

import pytest
from django.urls import include, path
from rest_framework import serializers as drf
from rest_framework.generics import GenericAPIView
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

pytest.importorskip("rest_framework_simplejwt")

from rest_framework_simplejwt import serializers, tokens, views
from rest_framework_simplejwt.authentication import (
    JWTAuthentication,
    JWTStatelessUserAuthentication,
)

from tests.checks.messages import ids, reported
from token_revocation._checks import check_token_revocation
from token_revocation.contrib.simplejwt import RevocableJWTAuthentication, SimpleJWTAdapter
from token_revocation.contrib.simplejwt import serializers as our_serializers
from token_revocation.contrib.simplejwt import views as our_views
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

OURS = "token_revocation.contrib.simplejwt"
STOCK = {
    "TokenObtainPairView": "RevocableTokenObtainPairView",
    "TokenObtainSlidingView": "RevocableTokenObtainSlidingView",
    "TokenRefreshView": "RevocableTokenRefreshView",
    "TokenRefreshSlidingView": "RevocableTokenRefreshSlidingView",
    "TokenVerifyView": "RevocableTokenVerifyView",
}
BLACKLIST = "rest_framework_simplejwt.token_blacklist"


@pytest.fixture(autouse=True)
def _in_use(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{OURS}.SimpleJWTAdapter"]}


class ProjectsRefreshSerializer(our_serializers.RevocableTokenRefreshSerializer):
    """A subclass of the revocable serializer."""


class OwnSerializer(drf.Serializer):
    """A serializer unrelated to simplejwt."""


class OwnTokens(serializers.TokenObtainPairSerializer):
    token_class = RevocableRefreshToken


class UnknownToken(our_serializers.RevocableTokenObtainPairSerializer):
    token_class = tokens.RefreshToken


class ByRequest(views.TokenRefreshView):
    serializer_class = ProjectsRefreshSerializer

    def get_serializer_class(self):
        return self.serializer_class if self.request.method else None


class Renamed(views.TokenRefreshView):
    _serializer_class = f"{__name__}.ProjectsRefreshSerializer"


class Missing(views.TokenRefreshView):
    _serializer_class = "nowhere.Serializer"


class Unrelated(GenericAPIView):
    serializer_class = OwnSerializer


@pytest.mark.parametrize("name", STOCK)
def test_simplejwt_view_is_an_error(urlconf, name):
    urlconf(path("api/", include([path("token/x/", getattr(views, name).as_view())])))
    ((number, message, hint),) = reported()
    assert number == "E050"
    assert "/api/token/x/" in message
    assert f"rest_framework_simplejwt.views.{name}" in message
    assert f"{OURS}.views.{STOCK[name]} " in hint


def test_urls_of_this_package_pass(urlconf):
    urlconf(path("api/", include(f"{OURS}.urls")))
    assert reported() == []


@pytest.mark.parametrize(
    ("view", "is_right"),
    [
        (views.TokenRefreshView.as_view(serializer_class=ProjectsRefreshSerializer), True),
        (views.TokenRefreshView.as_view(serializer_class=OwnSerializer), False),
        (ByRequest.as_view(), True),
        (ByRequest.as_view(serializer_class=serializers.TokenRefreshSerializer), False),
        (Renamed.as_view(), True),
        (Missing.as_view(), False),
        (views.TokenObtainPairView.as_view(serializer_class=OwnTokens), True),
        (views.TokenObtainPairView.as_view(serializer_class=OwnSerializer), False),
        (our_views.RevocableTokenObtainPairView.as_view(serializer_class=UnknownToken), False),
        (
            our_views.RevocableTokenRefreshView.as_view(
                serializer_class=serializers.TokenRefreshSerializer
            ),
            False,
        ),
        (Unrelated.as_view(), True),
        (Unrelated.as_view(serializer_class=serializers.TokenVerifySerializer), False),
        (Unrelated.as_view(serializer_class=serializers.TokenObtainPairSerializer), False),
    ],
)
def test_serializer_of_the_view_is_checked(urlconf, view, is_right):
    urlconf(path("x/", view))
    assert ids() == ([] if is_right else ["E050"])


def test_serializer_in_simplejwt_settings_is_checked(urlconf, monkeypatch):
    # simplejwt reads the setting once, when its views are imported.
    ours = f"{OURS}.serializers.RevocableTokenRefreshSerializer"
    monkeypatch.setattr(views.TokenRefreshView, "_serializer_class", ours)
    urlconf(path("x/", views.TokenRefreshView.as_view()))
    assert ids() == []


def test_blacklist_view_passes_with_the_adapter(urlconf, settings):
    urlconf(path("x/", views.TokenBlacklistView.as_view()))
    assert ids() == []
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != BLACKLIST]
    ((_, _, hint),) = reported()
    assert f"{OURS}.views.TokenRevokeView " in hint


def test_urls_of_a_view_share_a_message(urlconf):
    view = views.TokenRefreshView.as_view()
    urlconf(*(path(f"v{number}/", view) for number in range(5)), path("v0/", view))
    ((_, message, _),) = reported()
    assert message.startswith("/v0/, /v1/, /v2/ and 2 more: ")


@pytest.mark.parametrize(
    ("stock", "ours"),
    [
        (JWTAuthentication, "RevocableJWTAuthentication"),
        (JWTStatelessUserAuthentication, "RevocableJWTStatelessUserAuthentication"),
        (type("InCookie", (JWTAuthentication,), {}), "RevocableJWTAuthentication"),
    ],
)
def test_simplejwt_class_of_a_view_is_an_error(urlconf, stock, ours):
    urlconf(path("x/", APIView.as_view(authentication_classes=[stock])))
    ((number, message, hint),) = reported()
    assert number == "E051"
    assert "/x/" in message
    assert stock.__qualname__ in message
    assert f"{OURS}.{ours}," in hint


def test_simplejwt_default_class_is_one_error(urlconf, settings):
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            f"{OURS}.RevocableJWTAuthentication",
            "rest_framework_simplejwt.authentication.JWTAuthentication",
        ]
    }
    default = [RevocableJWTAuthentication, JWTAuthentication]
    urlconf(path("x/", APIView.as_view(authentication_classes=default)))
    ((number, message, hint),) = reported()
    assert number == "E052"
    assert "JWTAuthentication in DEFAULT_AUTHENTICATION_CLASSES" in message
    assert f"{OURS}.RevocableJWTAuthentication" in hint


def test_project_without_revocable_jwts_passes(urlconf, settings):
    settings.TOKEN_REVOCATION = {}
    stock = path("x/", views.TokenRefreshView.as_view())
    urlconf(stock, path("y/", APIView.as_view(authentication_classes=[JWTAuthentication])))
    assert reported() == []
    urlconf(stock, path("y/", APIView.as_view(authentication_classes=[RevocableJWTAuthentication])))
    assert ids() == ["E050"]


def test_invalid_lists_of_classes_are_skipped(urlconf, settings):
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [f"{OURS}.RevocableJWTAuthentication"]
    }

    def factory():
        return JWTAuthentication()

    urlconf(
        path("x/", APIView.as_view(authentication_classes=[factory])),
        path("y/", APIView.as_view(authentication_classes=None)),
    )
    assert reported() == []
    assert not any(message.is_serious() for message in check_token_revocation())


class ByProperty(APIView):
    @property
    def authentication_classes(self):
        return [JWTAuthentication]


class ByPropertyOfRequest(APIView):
    @property
    def authentication_classes(self):
        return [JWTAuthentication] if self.request.method else []


class ByPropertyOfSettings(APIView):
    @property
    def authentication_classes(self):
        return {}["class"]


class ByMethod(APIView):
    def get_authenticators(self):
        return [JWTAuthentication()]


class ByMethodOfRequest(APIView):
    authentication_classes = [JWTAuthentication]  # noqa: RUF012

    def get_authenticators(self):
        return super().get_authenticators() if self.request.method else []


class SerializerByProperty(GenericAPIView):
    @cached_property
    def serializer_class(self):
        return serializers.TokenRefreshSerializer


class SerializerByPropertyOfRequest(GenericAPIView):
    def post(self, request): ...

    @property
    def serializer_class(self):
        stock = self.request.method == "POST"
        return serializers.TokenRefreshSerializer if stock else OwnSerializer


class SerializerByMethod(GenericAPIView):
    def post(self, request): ...

    def get_serializer_class(self):
        stock = self.request.method == "POST"
        return serializers.TokenRefreshSerializer if stock else OwnSerializer


class ByMethodOfPost(APIView):
    def get(self, request): ...

    def post(self, request): ...

    def get_authenticators(self):
        return [JWTAuthentication()] if self.request.method == "POST" else []


class ByOddMethods(GenericAPIView):
    authentication_classes = (JWTAuthentication,)

    def get_authenticators(self): ...

    def get_serializer_class(self):
        return []


class SerializerByAction(GenericViewSet):
    def get_serializer_class(self):
        return {"check": serializers.TokenVerifySerializer}.get(self.action, OwnSerializer)

    def other(self, request): ...

    def check(self, request): ...


def test_actions_of_a_view_set_are_checked(urlconf):
    urlconf(path("x/", SerializerByAction.as_view({"get": "other"})))
    assert ids() == []
    urlconf(path("x/", SerializerByAction.as_view({"get": "other", "post": "check"})))
    assert ids() == ["E050"]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (ByOddMethods, ["E051"]),
        (SerializerByMethod, ["E050"]),
        (ByMethodOfPost, ["E051"]),
        (ByProperty, ["E051"]),
        (ByPropertyOfRequest, ["E051"]),
        (ByPropertyOfSettings, []),
        (ByMethod, ["E051"]),
        (ByMethodOfRequest, ["E051"]),
        (SerializerByProperty, ["E050"]),
        (SerializerByPropertyOfRequest, ["E050"]),
    ],
)
def test_properties_and_methods_of_a_view_are_checked(urlconf, view, expected):
    urlconf(path("x/", view.as_view()))
    assert ids() == expected


def test_many_routes_are_checked_quickly(urlconf):
    classes = [type(f"View{number}", (APIView,), {}) for number in range(2500)]
    urlconf(
        *(path(f"x{number}/", view.as_view()) for number, view in enumerate(classes)),
        *(path(f"y{number}/", lambda request: None) for number in range(2500)),
    )
    reported()  # Imports the views of the package.
    began = time.process_time()
    assert reported() == []
    assert time.process_time() - began < 1


def test_check_command_reports_errors(urlconf):
    urlconf(path("x/", views.TokenRefreshView.as_view()))
    assert "token_revocation.E050" in {message.id for message in check_token_revocation()}


def test_rolled_back_revocations_are_a_warning(urlconf, settings, monkeypatch):
    from django.db import connections

    class Derived(our_views.RevocableTokenRefreshView):
        pass

    stock = views.TokenRefreshView
    urlconf(
        path("x/", stock.as_view(serializer_class=ProjectsRefreshSerializer)),
        path("y/", stock.as_view()),
        path("z/", Derived.as_view()),
    )
    assert SimpleJWTAdapter().check() == []
    monkeypatch.setitem(connections["default"].settings_dict, "ATOMIC_REQUESTS", True)
    (warning,) = SimpleJWTAdapter().check()
    assert (warning.id, warning.msg.split(":")[0]) == ("token_revocation.W060", "/x/")
