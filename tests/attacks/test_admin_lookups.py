"""Admin changelists do not filter, sort or search by secret columns that they hide."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.test.utils import isolate_apps
from django.urls import resolve
from rest_framework.authtoken.admin import TokenAdmin as StockTokenAdmin
from rest_framework.authtoken.models import Token, TokenProxy

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation._checks.admin import check_admin_pages
from token_revocation.admin._registry import extend_admin_site
from token_revocation.admin.secret_lookups import (
    SecretLookupsAdmin,
    is_secret_lookup,
    secret_field_labels,
)

USERS = "/admin/auth/user/"
TOKENS = "/admin/authtoken/tokenproxy/"
REVOKED = "/admin/token_revocation/revokedtoken/"

COMPARISONS = ["", "__startswith", "__gt", "__in", "__regex", "__isnull", "__contains", "__lt"]


def column_label(field):
    return f"{field.model._meta.concrete_model._meta.label}.{field.name}"


def paths_to_secrets(model, depth=2):
    """Yield each lookup over up to ``depth`` relations that ends at a secret column."""
    for field in model._meta.get_fields():
        name = getattr(field, "name", "")
        if field.is_relation and depth and field.related_model:
            yield from (
                f"{name}__{rest}" for rest in paths_to_secrets(field.related_model, depth - 1)
            )
        elif not field.is_relation and column_label(field) in secret_field_labels():
            yield name


def lookups_of_secrets():
    for model, page in admin.site._registry.items():
        if isinstance(page, SecretLookupsAdmin):
            yield from ((model, path) for path in paths_to_secrets(model))


def changelist(model):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


@pytest.mark.trap("T34")
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_no_changelist_filters_by_a_secret_column(superuser_client, comparison):
    requests = [(changelist(model), f"{path}{comparison}") for model, path in lookups_of_secrets()]
    answers = {
        (path, lookup): superuser_client.get(path, {lookup: "1"}).status_code
        for path, lookup in requests
    }
    assert {"/admin/auth/user/", TOKENS, REVOKED} <= {path for path, _ in answers}
    assert set(answers.values()) == {400}, answers


@pytest.mark.parametrize(
    ("path", "lookup"),
    [
        (TOKENS, "pk__startswith"),
        (TOKENS, "pk"),
        (TOKENS, "key__startswith"),
        (USERS, "auth_token"),
        (USERS, "auth_token__gt"),
        (USERS, "auth_token__pk__startswith"),
        (USERS, "auth_token__key__startswith"),
        (USERS, "password__startswith"),
        (REVOKED, "user__password__startswith"),
        (REVOKED, "revoked_by__auth_token__lt"),
    ],
)
def test_no_changelist_filters_by_another_lookup_of_a_secret(superuser_client, path, lookup):
    AuthTokenFactory()
    assert superuser_client.get(path, {lookup: "a"}).status_code == 400


def test_other_filters_work(superuser_client):
    user = AuthTokenFactory().user
    for path, lookups in [
        (USERS, {"is_staff__exact": "0"}),
        (USERS, {"username__startswith": user.username}),
        (TOKENS, {"created__year": "2024"}),
        (TOKENS, {"user__id__exact": user.pk}),
        (REVOKED, {"kind": "authtoken"}),
    ]:
        assert superuser_client.get(path, lookups).status_code == 200


def test_tokens_are_not_sorted_by_key(superuser_client):
    for key in ("b", "c", "a"):
        AuthTokenFactory(key=key * 40)
    for order in ({}, {"o": "1"}, {"o": "-1"}):
        rows = superuser_client.get(TOKENS, order).context["cl"].result_list
        assert [row.key[0] for row in rows] == ["a", "c", "b"]


def test_a_column_with_a_secret_ordering_is_not_sortable(superuser_client, rf):
    class Masked(SecretLookupsAdmin, admin.ModelAdmin):
        list_display = ("masked",)
        ordering = ("created",)

        @admin.display(ordering="-key")
        def masked(self, token):
            return "…"

    for key in ("a", "c", "b"):
        AuthTokenFactory(key=key * 40)
    request = rf.get("/", {"o": "1"})
    request.user = superuser_client.staff
    rows = Masked(Token, admin.AdminSite()).get_changelist_instance(request).get_queryset(request)
    assert [row.key[0] for row in rows] == ["a", "c", "b"]


def test_autocomplete_does_not_return_keys(superuser_client, token, rf):
    page = admin.site._registry[TokenProxy]
    request = rf.get("/admin/autocomplete/", {"term": token.user.username})
    request.user = superuser_client.staff
    request.resolver_match = resolve("/admin/autocomplete/")
    with pytest.raises(PermissionDenied):
        page.get_search_results(request, Token.objects.all(), token.user.username)


@pytest.mark.parametrize("path", [USERS, TOKENS, REVOKED, "/admin/token_revocation/tokencutoff/"])
@pytest.mark.parametrize("name", ["kind", "reason", "user__id__exact", "is_staff__exact", "q", "p"])
def test_a_nul_character_is_no_server_error(superuser_client, path, name):
    answer = superuser_client.get(path, {name: "\x00"}, follow=True)
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("path", [USERS, TOKENS, REVOKED])
def test_a_nul_character_in_a_path_is_no_server_error(superuser_client, path, page):
    answer = superuser_client.get(f"{path}%00/{page}/", follow=True)
    assert answer.status_code in {200, 403, 404}


def test_a_nul_character_in_an_autocompletion_is_no_server_error(superuser_client):
    names = {"app_label": "token_revocation", "model_name": "revokedtoken", "field_name": "user"}
    answer = superuser_client.get("/admin/autocomplete/", {**names, "term": "\x00"})
    assert answer.json()["results"] == []


def test_an_unguarded_admin_of_the_project_is_reported(monkeypatch):
    site = admin.AdminSite(name="staff")
    site.register(get_user_model(), UserAdmin)
    site.register(TokenProxy, StockTokenAdmin)
    found = [message for message in check_admin_pages() if "'staff'" in message.msg]
    site._registry.clear()
    assert {message.id for message in found} == {"token_revocation.W100"}
    assert {message.obj for message in found} == {UserAdmin, StockTokenAdmin}


@isolate_apps("tests")
def test_an_admin_of_a_model_with_a_foreign_key_to_a_secret_is_guarded():
    class Device(models.Model):  # noqa: DJ008
        token = models.ForeignKey(Token, models.CASCADE, related_name="+")

        class Meta:
            app_label = "tests"

    site = admin.AdminSite(name="devices")
    site.register(Device)
    (found,) = [message for message in check_admin_pages() if "'devices'" in message.msg]
    stock = site._registry[Device]
    extend_admin_site(site)
    guarded = site._registry.pop(Device)
    assert found.id == "token_revocation.W100"
    assert stock.lookup_allowed("token__key__startswith", "a", None)
    assert not guarded.lookup_allowed("token__key__startswith", "a", None)
    assert not guarded.lookup_allowed("token__gt", "a", None)


def test_the_default_admin_site_is_not_reported():
    assert [m for m in check_admin_pages() if "'admin'" in m.msg] == []


def test_secrets_are_recognized_by_column_not_by_name():
    user = get_user_model()
    assert is_secret_lookup(user, "auth_token__key")
    assert not is_secret_lookup(user, "auth_token__created")
    assert not is_secret_lookup(user, "username__key")
    assert UserFactory._meta.model is user
