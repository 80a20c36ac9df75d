from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from rest_framework.authtoken.admin import TokenAdmin as StockTokenAdmin
from rest_framework.authtoken.models import TokenProxy

from token_revocation.admin import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin._registry import extend_admin_site
from token_revocation.contrib.authtoken._admin import TokenAdmin


class ProjectsTokenAdmin(StockTokenAdmin):
    """A model admin of the project."""


@pytest.fixture
def site():
    made = admin.AdminSite()
    yield made
    made._registry.clear()  # System checks read every site that is not garbage-collected.


def page_of(site, model):
    return site._registry[model]


def test_default_token_admin_is_replaced(site):
    site.register(TokenProxy, StockTokenAdmin)
    extend_admin_site(site)
    assert type(page_of(site, TokenProxy)) is TokenAdmin
    assert page_of(site, TokenProxy).actions == [revoke_selected_tokens]


def test_custom_token_admin_is_kept_and_gets_the_action(site):
    site.register(TokenProxy, ProjectsTokenAdmin)
    extend_admin_site(site)
    assert isinstance(page_of(site, TokenProxy), ProjectsTokenAdmin)
    assert page_of(site, TokenProxy).actions == [revoke_selected_tokens]


def test_custom_user_admin_keeps_its_actions(site):
    def greet(model_admin, request, queryset):
        """An action of the project."""

    class UserAdmin(admin.ModelAdmin):
        actions = (greet,)

    site.register(get_user_model(), UserAdmin)
    extend_admin_site(site)
    assert page_of(site, get_user_model()).actions == [greet, log_out_everywhere]
    assert UserAdmin.actions == (greet,)


def test_unregistered_models_are_not_added(site):
    extend_admin_site(site)
    assert site._registry == {}
