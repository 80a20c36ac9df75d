"""A token of every kind that is installed: its scheme, its adapter and the class that decides."""

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


def access(user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    return str(RevocableRefreshToken.for_user(user).access_token)


def sessionless(user):
    from rest_framework_simplejwt.tokens import AccessToken

    return str(AccessToken.for_user(user))


def refresh(user):
    from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken

    return str(RevocableRefreshToken.for_user(user))


def authorized(user):
    """An access token of OAuth Toolkit, by way of a client."""
    from oauth2_provider.models import AccessToken, Application

    known = {"client_type": "public", "authorization_grant_type": "password"}
    client, _ = Application.objects.get_or_create(client_id="app", defaults=known)
    expires = timezone.now() + LIFETIME
    raw = uuid4().hex
    return AccessToken.objects.create(
        user=user, application=client, token=raw, expires=expires, scope="read"
    )


def oauth2_access(user):
    return authorized(user).token


def oauth2_refresh(user):
    from oauth2_provider.models import RefreshToken

    bound = authorized(user)
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

REFRESH = {refresh, oauth2_refresh}
"""No request is accepted with these."""

KINDS = {authtoken: ("Token", AUTHTOKEN)}
if find_spec("knox"):
    KINDS[knox] = ("Knox", KNOX)
# Before simplejwt, as the class of that has a last word on everything that is Bearer.
if find_spec("oauth2_provider"):
    KINDS |= dict.fromkeys([oauth2_access, oauth2_refresh], ("Bearer", OAUTH2))
if find_spec("rest_framework_simplejwt"):
    KINDS |= dict.fromkeys([access, sessionless, refresh], ("Bearer", JWT))
