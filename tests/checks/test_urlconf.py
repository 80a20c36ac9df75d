"""Iteration over the routes of a project, and over wrapped views."""

from __future__ import annotations

import time
from functools import partial, wraps

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.db.transaction import non_atomic_requests
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import action, api_view
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from token_revocation._checks.urlconf import iterate_routes


class PlainView(View):
    colour = "blue"


class ApiView(APIView):
    pass


class Users(ViewSet):
    def list(self, request): ...

    @action(detail=True, authentication_classes=[])
    def approve(self, request, pk): ...


@api_view(["POST"])
def by_function(request): ...


def plain(request):
    return HttpResponse()


def without_wraps(view):
    def inner(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    return inner


def with_wraps(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    return inner


class CallableObject:
    def __init__(self, view):
        self.view = view

    def __call__(self, request, *args, **kwargs):
        return self.view(request, *args, **kwargs)

    def method(self, request):
        return HttpResponse()


def not_filled_yet():
    def inner(request):
        return later(request)

    yield inner
    later = plain
    yield later


WRAPPERS = {
    "as it is": lambda view: view,
    "csrf_exempt": csrf_exempt,
    "non_atomic_requests": non_atomic_requests,
    "wraps": with_wraps,
    "no wraps": without_wraps,
    "partial": lambda view: partial(view, extra=1),
    "callable object": CallableObject,
    "several": lambda view: never_cache(without_wraps(partial(with_wraps(csrf_exempt(view))))),
}


def routes():
    return {route.path: route for route in iterate_routes()}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
@pytest.mark.parametrize("view_class", [PlainView, ApiView])
def test_class_inside_decorators_is_found(urlconf, wrap, view_class):
    urlconf(path("x/", wrap(view_class.as_view()), name="x"))
    (route,) = iterate_routes()
    assert (route.path, route.name, route.view_class) == ("/x/", "x", view_class)
    assert route.view == f"{__name__}.{view_class.__name__}"


def test_arguments_of_as_view_are_found(urlconf):
    urlconf(
        path("a/", PlainView.as_view()),
        path("b/", PlainView.as_view(colour="red")),
        path("c/", without_wraps(ApiView.as_view(authentication_classes=()))),
    )
    found = routes()
    assert [found[name].get("colour") for name in ("/a/", "/b/", "/c/")] == ["blue", "red", None]
    assert found["/c/"].get("authentication_classes") == ()
    assert found["/a/"].get("size", 3) == 3


def test_routers_and_actions_are_found(urlconf):
    router = DefaultRouter()
    router.register("users", Users, basename="users")
    urlconf(path("api/", include(router.urls)))
    found = {route.name: route for route in iterate_routes()}
    assert found["users-list"].view_class is Users
    assert found["users-approve"].initkwargs["authentication_classes"] == []


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (by_function, "by_function"),
        (plain, "plain"),
        (csrf_exempt(plain), "plain"),
        (partial(plain, x=1), "plain"),
        (CallableObject(plain), "CallableObject"),
        (CallableObject(plain).method, "CallableObject.method"),
        (next(not_filled_yet()), "not_filled_yet.<locals>.inner"),
    ],
)
def test_function_has_its_dotted_path(urlconf, view, name):
    urlconf(path("x/", view))
    (route,) = iterate_routes()
    assert route.view.endswith(f".{name}")


def test_all_views_inside_a_function_are_found(urlconf):
    first, second = PlainView.as_view(), ApiView.as_view()

    def by_version(request, version):
        return (first if version == 1 else second)(request)

    urlconf(path("x/", by_version))
    assert {route.view_class for route in iterate_routes()} == {PlainView, ApiView}


def test_nested_urls_are_joined(urlconf):
    inner = [re_path(r"^token/refresh/?$", plain), re_path(r"^price\$/\Z", plain)]
    urlconf(
        path("api/<slug:tenant>/", include([path("auth/", include(inner))])),
        *i18n_patterns(path("page/", plain)),
    )
    assert set(routes()) == {
        "/api/<slug:tenant>/auth/token/refresh/?",
        r"/api/<slug:tenant>/auth/price\$/",
        "/en-us/page/",
    }


def test_urlconfs_of_hosts_and_tenants_are_found(urlconf, settings):
    from types import SimpleNamespace

    names = ("public", "shop", "api", "type_1", "host_1")
    conf = {name: urlconf(path(f"{name}/", plain), name=f"urlconf_{name}") for name in names}
    urlconf(path("root/", plain))
    urlconf(name="hosts", host_patterns=[SimpleNamespace(urlconf=conf["host_1"])])
    settings.PUBLIC_SCHEMA_URLCONF = conf["public"]
    settings.SUBDOMAIN_URLCONFS = {None: conf["shop"], "api": conf["api"], "www": None}
    settings.TENANT_TYPES = {"type1": {"APPS": ["no.urlconf"], "URLCONF": conf["type_1"]}}
    settings.ROOT_HOSTCONF = "hosts"
    assert next(iterate_routes()).path == "/root/"
    assert set(routes()) == {"/root/", *(f"/{name}/" for name in names)}


@pytest.mark.parametrize("name", ["nowhere.urls", "json"])
def test_import_errors_are_left_to_django(settings, name):
    settings.ROOT_URLCONF = settings.PUBLIC_SCHEMA_URLCONF = name
    settings.ROOT_HOSTCONF = "nowhere.hosts"
    assert list(iterate_routes()) == []


def test_invalid_patterns_are_left_to_django(urlconf):
    urlconf(path("a/", plain), object())
    assert set(routes()) == {"/a/"}


def test_module_as_root_urlconf_is_accepted(settings):
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("x/", plain)]})
    assert set(routes()) == {"/x/"}


def test_project_without_root_urlconf_has_no_routes(settings):
    del settings.ROOT_URLCONF
    assert list(iterate_routes()) == []


def test_many_routes_are_iterated_quickly(urlconf):
    views = [with_wraps(without_wraps(view)) for view in (plain, ApiView.as_view())]
    urlconf(*(path(f"x{number}/", views[number % 2]) for number in range(5000)))
    began = time.process_time()
    assert len(list(iterate_routes())) == 5000
    assert time.process_time() - began < 1
