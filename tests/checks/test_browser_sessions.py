"""Checks of browser sessions and of unknown authentication classes."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)
from rest_framework.views import APIView

from token_revocation._checks import check_deployment, check_token_revocation
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.contrib.sessions import RevocableSessionAuthentication, RevocationMiddleware

SESSIONS, PAGES = "token_revocation.E070", "token_revocation.W071"


class ProjectsSessionAuthentication(SessionAuthentication):
    pass


class CheckedSessionAuthentication(RevocationMixin, SessionAuthentication):
    adapter = AuthTokenAdapter()


class ProjectsLoginView(LoginView):
    pass


class SomeView(APIView):
    pass


MIDDLEWARE = "token_revocation.contrib.sessions.RevocationMiddleware"


@pytest.fixture
def sessions_in_use(settings):
    """Configure the adapter and the middleware of browser sessions."""
    adapters = [
        "token_revocation.contrib.sessions.SessionAdapter",
        "token_revocation.contrib.authtoken.AuthTokenAdapter",
    ]
    settings.TOKEN_REVOCATION = {"ADAPTERS": adapters}
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE]


def message(messages, id):
    return next((found.msg for found in messages if found.id == id), "")


def hint(messages, id):
    return next((found.hint for found in messages if found.id == id), "")


def view(*classes):
    return path("some/", SomeView.as_view(authentication_classes=classes))


@pytest.mark.parametrize("sessions", [SessionAuthentication, ProjectsSessionAuthentication])
def test_view_with_sessions_and_tokens_is_an_error(urlconf, sessions):
    urlconf(view(RevocableTokenAuthentication, sessions))
    messages = check_token_revocation()
    assert "SomeView" in message(messages, SESSIONS)
    assert "stay valid after logout/all/" in message(messages, SESSIONS)
    assert "RevocableSessionAuthentication" in hint(messages, SESSIONS)


@pytest.mark.parametrize(
    "classes",
    [
        [],
        [RevocableTokenAuthentication],
        [RevocableTokenAuthentication, BasicAuthentication],
        [RevocableTokenAuthentication, CheckedSessionAuthentication],
        [RevocableTokenAuthentication, RevocableSessionAuthentication],
        [SessionAuthentication],
    ],
)
def test_view_with_sessions_or_tokens_passes(urlconf, classes):
    urlconf(view(*classes))
    assert message(check_token_revocation(), SESSIONS) == ""


def test_default_classes_are_reported_instead_of_views(urlconf, settings):
    classes = [RevocableTokenAuthentication, SessionAuthentication]
    paths = [f"{each.__module__}.{each.__qualname__}" for each in classes]
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": paths}
    urlconf(view(*classes))
    found = message(check_token_revocation(), SESSIONS)
    assert "DEFAULT_AUTHENTICATION_CLASSES" in found
    assert "SomeView" not in found


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        (path("in/", LoginView.as_view()), "LoginView (/in/)"),
        (path("in/", ProjectsLoginView.as_view()), "ProjectsLoginView (/in/)"),
        (path("api-auth/", include("rest_framework.urls")), "LoginView (/api-auth/login/)"),
        (path("admin/", admin.site.urls), "AdminSite.login (/admin/login/)"),
    ],
)
def test_login_page_is_a_deployment_warning(urlconf, pattern, named):
    urlconf(pattern)
    assert message(check_token_revocation(), PAGES) == ""
    assert named in message(check_deployment(), PAGES)


def test_project_without_login_pages_passes(urlconf):
    urlconf(view(RevocableTokenAuthentication), path("auth/", include("token_revocation.urls")))
    assert message(check_deployment(), PAGES) == ""


@pytest.mark.usefixtures("sessions_in_use")
def test_project_with_revocable_sessions_passes(urlconf):
    urlconf(
        view(RevocableTokenAuthentication, RevocableSessionAuthentication),
        path("admin/", admin.site.urls),
    )
    assert check_token_revocation() == []
    assert message(check_deployment(), PAGES) == ""


@pytest.mark.usefixtures("sessions_in_use")
@pytest.mark.parametrize("sessions", [SessionAuthentication, ProjectsSessionAuthentication])
def test_stock_class_with_the_adapter_is_an_error(urlconf, sessions):
    urlconf(view(sessions))
    messages = check_token_revocation()
    assert sessions.__qualname__ in message(messages, "token_revocation.E051")
    expected = "token_revocation.contrib.sessions.RevocableSessionAuthentication"
    assert expected in hint(messages, "token_revocation.E051")
    assert message(messages, SESSIONS) == ""


class ProjectsMiddleware(RevocationMiddleware):
    pass


AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"


@pytest.mark.usefixtures("sessions_in_use")
@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        ([AUTHENTICATION], "token_revocation.E055"),
        ([MIDDLEWARE, AUTHENTICATION], "token_revocation.E056"),
        ([MIDDLEWARE], "token_revocation.E056"),
        ([AUTHENTICATION, MIDDLEWARE], ""),
        ([AUTHENTICATION, f"{__name__}.ProjectsMiddleware"], ""),
        ([AUTHENTICATION, "django.views.decorators.cache.never_cache", "x.Y", MIDDLEWARE], ""),
        ([], ""),
    ],
)
def test_middleware_must_follow_that_of_authentication(settings, middleware, expected):
    settings.MIDDLEWARE = middleware
    found = [
        m
        for m in check_token_revocation()
        if m.id in {"token_revocation.E055", "token_revocation.E056"}
    ]
    assert [each.id for each in found] == [expected] * bool(expected)
    assert all("RevocationMiddleware" in m.msg and "after" in m.hint for m in found)


@pytest.mark.parametrize("is_installed", [True, False])
def test_middleware_without_the_adapter_is_an_error(settings, is_installed):
    settings.MIDDLEWARE = [AUTHENTICATION, *[MIDDLEWARE] * is_installed]
    found = message(check_token_revocation(), "token_revocation.E058")
    assert ("SessionAdapter is not in ADAPTERS" in found) is is_installed


class ComposedAuthentication(BaseAuthentication):
    """A class that delegates to another class."""

    def authenticate(self, request):
        return TokenAuthentication().authenticate(request)


def test_view_class_without_revocation_check_is_a_warning(urlconf):
    urlconf(view(RevocableTokenAuthentication), view(ComposedAuthentication))
    found = message(check_token_revocation(), "token_revocation.W074")
    assert "some/" in found
    assert "ComposedAuthentication does not check revocations" in found


@pytest.mark.parametrize(
    "classes", [[BasicAuthentication], [CheckedSessionAuthentication], [SessionAuthentication], []]
)
def test_view_class_without_tokens_passes(urlconf, classes):
    urlconf(view(RevocableTokenAuthentication), view(*classes))
    assert message(check_token_revocation(), "token_revocation.W074") == ""


def test_project_without_revocable_classes_passes(urlconf, settings):
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": []}
    urlconf(view(ComposedAuthentication))
    assert message(check_token_revocation(), "token_revocation.W074") == ""
