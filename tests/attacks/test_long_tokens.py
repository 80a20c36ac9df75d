"""Tokens that are too long to be revoked are rejected by every class and endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("rest_framework_simplejwt")
pytest.importorskip("oauth2_provider")

from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework_simplejwt.authentication import JWTAuthentication

from tests.contrib.oauth2_provider.conftest import VALIDATOR
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.simplejwt import (
    RevocableJWTAuthentication,
    RevocableJWTStatelessUserAuthentication,
    SimpleJWTAdapter,
)
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken, RevocableSlidingToken
from token_revocation.tokens import MAX_RAW_LENGTH

LONG_VALUE = "x" * 9_000


class ComposedAuthentication(RevocationMixin, JWTAuthentication):
    adapter = SimpleJWTAdapter()


class CookieAuthentication(RevocableJWTAuthentication):
    def authenticate(self, request):
        token = self.get_validated_token(request.COOKIES["access"].encode())
        return self.get_user(token), token


@pytest.mark.parametrize(
    "authentication",
    [
        RevocableJWTAuthentication,
        RevocableJWTStatelessUserAuthentication,
        ComposedAuthentication,
        CookieAuthentication,
    ],
)
def test_no_class_accepts_a_long_jwt(user, authentication):
    token = RevocableRefreshToken.for_user(user).access_token
    token["groups"] = LONG_VALUE
    assert len(str(token)) > MAX_RAW_LENGTH
    factory = APIRequestFactory()
    factory.cookies["access"] = str(token)
    request = Request(factory.get("/", HTTP_AUTHORIZATION=f"Bearer {token}"))
    with pytest.raises(AuthenticationFailed):
        authentication().authenticate(request)


def test_no_simplejwt_endpoint_accepts_a_long_jwt(user, settings):
    settings.ROOT_URLCONF = "tests.contrib.simplejwt.urls"
    refresh, sliding = RevocableRefreshToken.for_user(user), RevocableSlidingToken.for_user(user)
    refresh["groups"] = sliding["groups"] = LONG_VALUE
    for path, data in (
        ("token/refresh/", {"refresh": str(refresh)}),
        ("token/verify/", {"token": str(refresh)}),
        ("token/revoke/", {"refresh": str(refresh)}),
        ("token/sliding/refresh/", {"token": str(sliding)}),
    ):
        assert APIClient().post(f"/api/{path}", data).status_code == 401, path


@pytest.mark.parametrize("path", ["/protected/", "/stock/"])
def test_no_class_accepts_a_long_oauth_token(user, settings, path):
    """The stock class of OAuth Toolkit calls ``RevocableOAuth2Validator``."""
    settings.ROOT_URLCONF = "tests.contrib.oauth2_provider.urls"
    settings.OAUTH2_PROVIDER = {"OAUTH2_VALIDATOR_CLASS": VALIDATOR}
    expires = timezone.now() + timedelta(hours=1)
    AccessToken.objects.create(user=user, token=LONG_VALUE, expires=expires, scope="read")
    answer = APIClient(HTTP_AUTHORIZATION=f"Bearer {LONG_VALUE}").get(path)
    assert answer.status_code == 401
