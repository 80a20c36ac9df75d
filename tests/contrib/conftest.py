from __future__ import annotations

import pytest
from django.contrib.admin import AdminSite
from django.test import Client
from django.urls import path

from tests.factories import UserFactory
from token_revocation.admin.registry import offer_actions


@pytest.fixture
def serve_admin(db, settings):
    """Serve an admin that has these pages, once our app has seen them, to a superuser."""

    def serve(pages):
        site = AdminSite()
        for model, page in pages.items():
            site.register(model, page)
        offer_actions(site)
        urls = {"urlpatterns": [path("admin/", site.urls)]}
        settings.ROOT_URLCONF = type("Urls", (), urls)
        client = Client()
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        return client

    return serve
