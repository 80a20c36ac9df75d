"""Moving here from each package: what clients hold stays good, and can be ended from then on."""

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

OURS = "token_revocation.contrib"


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


PEERS = {
    of_rest_framework: (
        "rest_framework.authentication.TokenAuthentication",
        f"{OURS}.authtoken.RevocableTokenAuthentication",
        f"{OURS}.authtoken.AuthTokenAdapter",
    ),
    of_simplejwt: (
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        f"{OURS}.simplejwt.RevocableJWTAuthentication",
        f"{OURS}.simplejwt.SimpleJWTAdapter",
    ),
    of_knox: (
        "knox.auth.TokenAuthentication",
        f"{OURS}.knox.RevocableKnoxAuthentication",
        f"{OURS}.knox.KnoxAdapter",
    ),
    of_oauth_toolkit: (
        "oauth2_provider.contrib.rest_framework.OAuth2Authentication",
        f"{OURS}.oauth2_provider.RevocableOAuth2Authentication",
        f"{OURS}.oauth2_provider.OAuth2ProviderAdapter",
    ),
}


def user_of(path, authorization):
    """Whom the class at ``path`` lets in with this header."""
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=authorization)
    return import_string(path)().authenticate(Request(request))[0]


@pytest.mark.parametrize("issue", PEERS)
def test_a_token_of_before_stays_good_until_it_is_ended(issue, user, settings):
    theirs, ours, adapter = PEERS[issue]
    pytest.importorskip(theirs.partition(".")[0])
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}
    authorization = issue(user)
    assert user_of(theirs, authorization) == user
    assert user_of(ours, authorization) == user
    services.revoke_all(user)
    with pytest.raises(TokenRevoked):
        user_of(ours, authorization)
