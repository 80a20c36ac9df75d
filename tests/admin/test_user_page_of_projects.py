"""The page of one user, where a project has written its own."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import path

from tests.admin.sending import page_of
from token_revocation.admin import RevocationUserAdmin
from token_revocation.admin.registry import offer_actions
from token_revocation.contrib.authtoken import AuthTokenAdapter


class ProjectsUserAdmin(admin.ModelAdmin):
    """A page that a project wrote."""

    fields = ("username",)

    def get_urls(self):
        return [path("greeting/", self.admin_site.admin_view(self.greet)), *super().get_urls()]

    def greet(self, request):
        """A page of the project's."""


class ProjectsOwnMixture(RevocationUserAdmin, ProjectsUserAdmin):
    """One that names the mixin."""


@pytest.mark.parametrize("page", [ProjectsUserAdmin, ProjectsOwnMixture])
def test_a_page_of_the_project_keeps_what_it_has(settings, superuser_client, token, user, page):
    site = admin.AdminSite()
    site.register(get_user_model(), page)
    offer_actions(site)
    (made,) = site._registry.values()
    assert isinstance(made, page)
    assert (type(made) is page) == issubclass(page, RevocationUserAdmin)
    assert made.get_urls()[1].pattern._route == "greeting/"

    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("admin/", site.urls)]})
    shown = superuser_client.get(page_of(user)).text
    assert AuthTokenAdapter().identify(token).fingerprint in shown
    assert "id_username" in shown
    assert "id_email" not in shown
