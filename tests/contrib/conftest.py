from __future__ import annotations

import pytest
from django.contrib.admin import AdminSite
from django.test import Client
from django.urls import path

from tests.factories import UserFactory
from token_revocation.admin._registry import extend_admin_site


@pytest.fixture
def serve_admin(db, settings):
    """Serve an admin site with the given model admins, and return a superuser's client."""

    def serve(model_admins):
        site = AdminSite()
        for model, model_admin in model_admins.items():
            site.register(model, model_admin)
        extend_admin_site(site)
        urls = {"urlpatterns": [path("admin/", site.urls)]}
        settings.ROOT_URLCONF = type("Urls", (), urls)
        client = Client()
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        return client

    return serve
