from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from rest_framework.authtoken.admin import TokenAdmin as StockTokenAdmin
from rest_framework.authtoken.models import TokenProxy

from token_revocation.admin import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin.registry import offer_actions
from token_revocation.contrib.authtoken.admin import TokenAdmin


class ProjectsTokenAdmin(StockTokenAdmin):
    """A page that a project wrote."""


@pytest.fixture
def site():
    return admin.AdminSite()


def page_of(site, model):
    return site._registry[model]


def test_the_stock_page_of_tokens_is_replaced(site):
    site.register(TokenProxy, StockTokenAdmin)
    offer_actions(site)
    assert type(page_of(site, TokenProxy)) is TokenAdmin
    assert page_of(site, TokenProxy).actions == [revoke_selected_tokens]


def test_a_page_of_the_project_is_kept_and_gets_the_action(site):
    site.register(TokenProxy, ProjectsTokenAdmin)
    offer_actions(site)
    assert type(page_of(site, TokenProxy)) is ProjectsTokenAdmin
    assert page_of(site, TokenProxy).actions == [revoke_selected_tokens]


def test_the_page_of_users_keeps_its_own_actions(site):
    def greet(model_admin, request, queryset):
        """Some action of the project's."""

    class UserAdmin(admin.ModelAdmin):
        actions = (greet,)

    site.register(get_user_model(), UserAdmin)
    offer_actions(site)
    assert page_of(site, get_user_model()).actions == [greet, log_out_everywhere]
    assert UserAdmin.actions == (greet,)


def test_what_is_not_registered_is_left_alone(site):
    offer_actions(site)
    assert site._registry == {}
