"""Every endpoint works under a URL prefix with a version, a tenant or other parameters."""

from __future__ import annotations

import pytest
from django.urls import include, path, re_path, resolve
from rest_framework.test import APIClient
from rest_framework.versioning import NamespaceVersioning, URLPathVersioning

from tests.attacks.endpoints import INCLUDED, MODULES, endpoint_paths, patterns_of, urlconf
from token_revocation.views import RevocationAPIView

PREFIXES = {
    "api/<str:version>/": "api/v1/",
    "<slug:tenant>/": "acme/",
    "<str:user_id>/<uuid:token_id>/": "bob/00000000-0000-0000-0000-000000000001/",
    "<slug:tenant>/<int:shop>/<slug:rest>/": "acme/7/b/",
}
"""Routes, each with a path that it matches; one uses the parameter names of the package."""

METHODS = ("get", "post", "put", "delete", "options", "head")


def statuses(client, prefix, method):
    send = getattr(client, method)
    return [(name, send(path).status_code) for path, name in endpoint_paths(prefix)]


@pytest.fixture
def client(user, token):
    made = APIClient()
    made.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return made


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", PREFIXES)
def test_every_endpoint_answers_as_without_a_prefix(client, settings, route, method, token):
    settings.ROOT_URLCONF = urlconf("authtoken")
    plain = statuses(client, "", method)
    token.save(force_insert=True) if not type(token).objects.exists() else None
    settings.ROOT_URLCONF = urlconf("authtoken", route)
    assert statuses(client, PREFIXES[route], method) == plain
    assert not [name for name, status in plain if status >= 500]


@pytest.mark.parametrize("method", METHODS)
def test_every_endpoint_accepts_an_unnamed_parameter(client, settings, method):
    module = urlconf("authtoken")
    module.urlpatterns = [re_path(r"^([a-z]+)/", include(module.urlpatterns[:]))]
    settings.ROOT_URLCONF = module
    assert not [name for name, status in statuses(client, "acme/", method) if status >= 500]


def test_every_endpoint_is_tested():
    assert len(endpoint_paths()) == sum(len(patterns_of(module)) for module in INCLUDED)
    assert len(endpoint_paths()) > (20 if len(INCLUDED) == len(MODULES) else 5)


@pytest.fixture
def versioned(monkeypatch):
    def set_versioning(scheme, **attributes):
        versioning = type("Versioning", (scheme,), {"allowed_versions": ("v1", "v2"), **attributes})
        monkeypatch.setattr(RevocationAPIView, "versioning_class", versioning)

    return set_versioning


def test_the_version_in_the_path_is_the_version_of_the_request(versioned, settings, client):
    versioned(URLPathVersioning)
    module = urlconf("authtoken", "<str:version>/")
    settings.ROOT_URLCONF = module
    assert client.get("/v1/0/tokens/").renderer_context["request"].version == "v1"
    assert client.get("/v9/0/tokens/").status_code == 404


@pytest.mark.parametrize(("prefix", "version"), [("v1/", "v1"), ("", "v0")])
def test_the_version_may_be_a_namespace(versioned, settings, client, prefix, version):
    versioned(NamespaceVersioning, default_version="v0")
    module = urlconf("authtoken")
    patterns = [path("auth/", include("token_revocation.urls"))]
    module.urlpatterns = (
        [path(prefix, include((patterns, "v1"), namespace="v1"))] if prefix else patterns
    )
    settings.ROOT_URLCONF = module
    answer = client.get(f"/{prefix}auth/tokens/")
    assert answer.status_code == 200
    assert answer.renderer_context["request"].version == version


@pytest.fixture
def metadata(settings, client):
    """Get the metadata of a server whose URLs are included under a prefix."""

    def get(route, prefix, namespace=None):
        inner = [
            path("auth/", include("token_revocation.urls")),
            path("metadata", include("token_revocation.standards.rfc8414")),
        ]
        module = urlconf("authtoken")
        included = include((inner, namespace), namespace=namespace) if namespace else include(inner)
        module.urlpatterns = [path(route, included)]
        settings.ROOT_URLCONF = module
        settings.TOKEN_REVOCATION = {"ISSUER": "https://example.com"}
        return client.get(f"/{prefix}metadata").json()

    return get


@pytest.mark.spec("RFC 8414", "2")
@pytest.mark.parametrize(
    ("route", "prefix", "namespace"),
    [
        ("", "", None),
        ("", "", "v1"),
        ("<slug:tenant>/", "acme/", None),
        ("<slug:tenant>/", "other/", "v2"),
        ("<slug:tenant>/<str:version>/", "acme/v1/", "api"),
    ],
)
def test_metadata_lists_endpoints_with_the_same_url_parameters(metadata, route, prefix, namespace):
    document = metadata(route, prefix, namespace)
    assert document["revocation_endpoint"] == f"https://example.com/{prefix}auth/revoke/"
    assert resolve(f"/{prefix}auth/revoke/")


def test_status_lists_of_two_tenants_have_two_uris(settings, client, user, db):
    pytest.importorskip("jwt")
    from tests.standards.jwts import make_jwk
    from token_revocation.standards.status_list._allocation import _create_list
    from token_revocation.standards.status_list._tokens import MAX_CACHED_LISTS, cached_lists

    settings.TOKEN_REVOCATION = {"ISSUER": "https://example.com", "SIGNING_JWK": make_jwk("1")}
    module = urlconf("authtoken")
    lists = include("token_revocation.standards.status_list.urls")
    module.urlpatterns = [path("<slug:tenant>/lists/", lists)]
    settings.ROOT_URLCONF = module
    list_id = _create_list(30_000, 0, "default")
    for tenant in ("acme", "other"):
        (uri,) = client.get(f"/{tenant}/lists/").json()["status_lists"]
        assert uri == f"https://example.com/{tenant}/lists/{list_id}/"
        assert claims_of(client.get(f"/{tenant}/lists/{list_id}/").content)["sub"] == uri
    for number in range(MAX_CACHED_LISTS + 1):
        cached_lists()["scope", str(number)] = next(iter(cached_lists().values()))
    client.get(f"/third/lists/{list_id}/")
    assert len(cached_lists()) <= MAX_CACHED_LISTS


def claims_of(raw):
    import jwt

    return jwt.decode(raw, options={"verify_signature": False})
