"""Migration from each package: existing tokens stay valid, and can be revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from token_revocation import services
from token_revocation.exceptions import TokenRevoked

pytestmark = pytest.mark.django_db

CONTRIB = "token_revocation.contrib"


def of_rest_framework(user):
    from rest_framework.authtoken.models import Token

    return f"Token {Token.objects.create(user=user).key}"


def of_simplejwt(user):
    from rest_framework_simplejwt.tokens import RefreshToken

    return f"Bearer {RefreshToken.for_user(user).access_token}"


def of_knox(user):
    from knox.models import AuthToken

    return f"Token {AuthToken.objects.create(user=user)[1]}"


def of_oauth_toolkit(user):
    from oauth2_provider.models import AccessToken

    expires = timezone.now() + timedelta(hours=1)
    AccessToken.objects.create(user=user, token="opaque", expires=expires, scope="read")
    return "Bearer opaque"


CLASSES = {
    of_rest_framework: (
        "rest_framework.authentication.TokenAuthentication",
        f"{CONTRIB}.authtoken.RevocableTokenAuthentication",
        f"{CONTRIB}.authtoken.AuthTokenAdapter",
    ),
    of_simplejwt: (
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        f"{CONTRIB}.simplejwt.RevocableJWTAuthentication",
        f"{CONTRIB}.simplejwt.SimpleJWTAdapter",
    ),
    of_knox: (
        "knox.auth.TokenAuthentication",
        f"{CONTRIB}.knox.RevocableKnoxAuthentication",
        f"{CONTRIB}.knox.KnoxAdapter",
    ),
    of_oauth_toolkit: (
        "oauth2_provider.contrib.rest_framework.OAuth2Authentication",
        f"{CONTRIB}.oauth2_provider.RevocableOAuth2Authentication",
        f"{CONTRIB}.oauth2_provider.OAuth2ProviderAdapter",
    ),
}


def get_request_user(path, authorization):
    """Return the user that the class at ``path`` authenticates with this header."""
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=authorization)
    return import_string(path)().authenticate(Request(request))[0]


@pytest.mark.parametrize("issue", CLASSES)
def test_existing_token_is_accepted_until_it_is_revoked(issue, user, settings):
    stock, revocable, adapter = CLASSES[issue]
    pytest.importorskip(stock.partition(".")[0])
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}
    authorization = issue(user)
    assert get_request_user(stock, authorization) == user
    assert get_request_user(revocable, authorization) == user
    services.revoke_all(user)
    with pytest.raises(TokenRevoked):
        get_request_user(revocable, authorization)
