from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import TestCase
from django.utils import timezone

from token_revocation.testing import AdapterContract, AuthenticationContract

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, Application, RefreshToken

from token_revocation.contrib.oauth2_provider import (
    OAuth2ProviderAdapter,
    RevocableOAuth2Authentication,
)
from token_revocation.contrib.oauth2_provider._storage import access_tokens


def make_pair(user):
    application = Application.objects.create(user=user, client_id=secrets.token_hex(8))
    raws = secrets.token_hex(15), secrets.token_hex(15)
    expires = timezone.now() + timedelta(hours=1)
    owned = {"user": user, "application": application}
    access = AccessToken.objects.create(token=raws[0], expires=expires, scope="read", **owned)
    family = uuid4()
    refresh = RefreshToken.objects.create(
        token=raws[1], access_token=access, token_family=family, **owned
    )
    return *raws, access_tokens().get(pk=access.pk), RefreshToken.objects.get(pk=refresh.pk)


class TestAccessToken(AuthenticationContract, TestCase):
    adapter = OAuth2ProviderAdapter()
    authentication = RevocableOAuth2Authentication
    scheme = "Bearer"

    def issue(self, user):
        raw, _, token, _ = make_pair(user)
        return raw, token


class TestRefreshToken(AdapterContract, TestCase):
    adapter = OAuth2ProviderAdapter()
    lists_tokens = False

    def issue(self, user):
        _, raw, _, token = make_pair(user)
        assert token.application.client_id
        return raw, RefreshToken.objects.select_related("application", "access_token").get(
            pk=token.pk
        )
