"""One token of each installed kind, with its scheme, adapter and class."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from uuid import uuid4

from django.utils import timezone

from token_revocation import services

LIFETIME = timedelta(hours=1)


def authtoken(user):
    return services.issue(user).raw


def knox(user):
    from knox.models import AuthToken

    return AuthToken.objects.create(user=user, expiry=LIFETIME)[1]


def simplejwt_access(user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    return str(RevocableRefreshToken.for_user(user).access_token)


def simplejwt_sessionless(user):
    from rest_framework_simplejwt.tokens import AccessToken

    return str(AccessToken.for_user(user))


def simplejwt_refresh(user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    return str(RevocableRefreshToken.for_user(user))


def create_access_token(user):
    """Return the row of an access token of OAuth Toolkit."""
    from oauth2_provider.models import AccessToken, Application

    known = {"client_type": "public", "authorization_grant_type": "password"}
    client, _ = Application.objects.get_or_create(client_id="app", defaults=known)
    expires = timezone.now() + LIFETIME
    raw = uuid4().hex
    return AccessToken.objects.create(
        user=user, application=client, token=raw, expires=expires, scope="read"
    )


def oauth2_access(user):
    return create_access_token(user).token


def oauth2_refresh(user):
    from oauth2_provider.models import RefreshToken

    bound = create_access_token(user)
    owned = {"user": user, "application": bound.application, "access_token": bound}
    return RefreshToken.objects.create(token=uuid4().hex, **owned).token


CONTRIB = "token_revocation.contrib"
AUTHTOKEN = (
    f"{CONTRIB}.authtoken.AuthTokenAdapter",
    f"{CONTRIB}.authtoken.RevocableTokenAuthentication",
)
KNOX = (f"{CONTRIB}.knox.KnoxAdapter", f"{CONTRIB}.knox.RevocableKnoxAuthentication")
JWT = (f"{CONTRIB}.simplejwt.SimpleJWTAdapter", f"{CONTRIB}.simplejwt.RevocableJWTAuthentication")
OAUTH2 = (
    f"{CONTRIB}.oauth2_provider.OAuth2ProviderAdapter",
    f"{CONTRIB}.oauth2_provider.RevocableOAuth2Authentication",
)
VALIDATOR = f"{CONTRIB}.oauth2_provider.validators.RevocableOAuth2Validator"

REFRESH_KINDS = {simplejwt_refresh, oauth2_refresh}
"""Refresh tokens, with which no request is accepted."""

KINDS = {authtoken: ("Token", AUTHTOKEN)}
if find_spec("knox"):
    KINDS[knox] = ("Knox", KNOX)
# Before simplejwt, whose class rejects every other token with the scheme Bearer.
if find_spec("oauth2_provider"):
    KINDS |= dict.fromkeys([oauth2_access, oauth2_refresh], ("Bearer", OAUTH2))
if find_spec("rest_framework_simplejwt"):
    KINDS |= dict.fromkeys(
        [simplejwt_access, simplejwt_sessionless, simplejwt_refresh], ("Bearer", JWT)
    )
