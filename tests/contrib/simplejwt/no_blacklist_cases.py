"""Tests without ``token_blacklist``, which ``test_without_blacklist.py`` runs."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import REVOKED, parse_pair, refresh, response_code, status_of
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter


@pytest.mark.django_db(databases=["default", "other"])
def test_blacklist_app_is_not_installed(settings):
    path = "token_revocation.contrib.simplejwt.RevocableJWTAuthentication"
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": [path]}
    assert not apps.is_installed("rest_framework_simplejwt.token_blacklist")
    assert not hasattr(RefreshToken, "blacklist")
    call_command("check")


def test_refresh_token_is_usable_once(pair, rotating):
    newer = parse_pair(refresh(pair.refresh))
    assert status_of(newer.access) == 200
    assert response_code(refresh(pair.refresh)) == REVOKED
    assert status_of(newer.access) == refresh(newer.refresh).status_code == 401


def test_nothing_is_listed_or_imported(client, user):
    assert client.get("/auth/tokens/").json() == []
    assert services.import_revocations() == services.ImportReport()
    assert SimpleJWTAdapter().oldest_minted_at() is None
    services.revoke_all(user)
    assert client.get("/protected/").status_code == 401
