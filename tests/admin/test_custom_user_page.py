"""Active tokens on a user page that the project has written."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import path

from tests.admin.pages import user_path
from token_revocation.admin import RevocationUserAdmin
from token_revocation.admin._registry import extend_admin_site
from token_revocation.contrib.authtoken import AuthTokenAdapter


class ProjectsUserAdmin(admin.ModelAdmin):
    """A model admin of the project."""

    fields = ("username",)

    def get_urls(self):
        return [path("greeting/", self.admin_site.admin_view(self.greet)), *super().get_urls()]

    def greet(self, request):
        """A view of the project."""


class ExplicitUserAdmin(RevocationUserAdmin, ProjectsUserAdmin):
    """A model admin that names the mixin."""


@pytest.mark.parametrize("page", [ProjectsUserAdmin, ExplicitUserAdmin])
def test_custom_page_keeps_its_form_and_urls(settings, superuser_client, token, user, page):
    site = admin.AdminSite()
    site.register(get_user_model(), page)
    extend_admin_site(site)
    (made,) = site._registry.values()
    assert isinstance(made, page)
    assert (type(made) is page) == issubclass(page, RevocationUserAdmin)
    assert made.get_urls()[1].pattern._route == "greeting/"

    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("admin/", site.urls)]})
    shown = superuser_client.get(user_path(user)).text
    assert AuthTokenAdapter().identify(token).fingerprint in shown
    assert "id_username" in shown
    assert "id_email" not in shown
