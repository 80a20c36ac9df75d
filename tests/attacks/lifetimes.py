"""Sources of tokens with a given lifetime, and the ways to revoke them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.core.management import call_command
from django.utils import timezone
from knox.models import AuthToken
from oauth2_provider.models import AccessToken as OAuthToken
from oauth2_provider.models import Application
from rest_framework.authtoken.models import Token
from rest_framework.permissions import IsAuthenticated
from rest_framework.test import APIRequestFactory
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from token_revocation import services
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.contrib.knox import RevocableKnoxAuthentication
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.contrib.simplejwt import RevocableJWTAuthentication
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    SessionToken,
)
from token_revocation.contrib.simplejwt.views import RevocableTokenRefreshView
from token_revocation.testing.authentication import WhoAmIView

START = datetime(2030, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CONTRIB = "token_revocation.contrib"
ADAPTERS = [
    f"{CONTRIB}.authtoken.AuthTokenAdapter",
    f"{CONTRIB}.simplejwt.SimpleJWTAdapter",
    f"{CONTRIB}.knox.KnoxAdapter",
    f"{CONTRIB}.oauth2_provider.OAuth2ProviderAdapter",
]
VALIDATOR = f"{CONTRIB}.oauth2_provider.validators.RevocableOAuth2Validator"


class TokenSource:
    """Issues tokens of one class that expire after ``lifetime``, and uses them."""

    has_extended_lifetime = False
    """Whether the settings extend the lifetime of tokens that have expired."""

    def __init__(self, settings, lifetime, is_used):
        self.settings, self.lifetime, self.is_used = settings, lifetime, is_used

    def is_authenticated(self, raw, authentication, scheme="Bearer"):
        view = WhoAmIView.as_view(
            authentication_classes=[authentication], permission_classes=[IsAuthenticated]
        )
        request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {raw}")
        return view(request).status_code == 200


class RefreshJWT(TokenSource):
    """A ``RevocableRefreshToken`` whose expiry is set with ``set_exp()``."""

    token_class = RevocableRefreshToken

    def issue(self, user):
        token = self.token_class.for_user(user)
        token.set_exp(lifetime=self.lifetime)
        return str(token)

    def accepts(self, raw):
        view = RevocableTokenRefreshView.as_view()
        return view(APIRequestFactory().post("/", {"refresh": raw})).status_code == 200


class StockRefreshJWT(RefreshJWT):
    """A ``RefreshToken`` of simplejwt whose expiry is set with ``set_exp()``."""

    token_class = RefreshToken


class ProjectRefreshJWT(RefreshJWT):
    """A token class of the project that sets ``lifetime``."""

    def issue(self, user):
        lifetime = self.lifetime

        class RememberMe(RefreshToken, SessionToken):
            lifetime = self.lifetime

        assert RememberMe.lifetime == lifetime
        return str(RememberMe.for_user(user))


class AccessJWT(RefreshJWT):
    """A ``RevocableAccessToken``."""

    token_class = RevocableAccessToken

    def accepts(self, raw):
        return self.is_authenticated(raw, RevocableJWTAuthentication)


class StockAccessJWT(AccessJWT):
    """An ``AccessToken`` of simplejwt, which names no session."""

    token_class = AccessToken


class FormerSettingsJWT(RefreshJWT):
    """A token whose lifetime comes from settings that have changed since."""

    def issue(self, user):
        before = self.settings.SIMPLE_JWT
        self.settings.SIMPLE_JWT = {**before, "REFRESH_TOKEN_LIFETIME": self.lifetime}
        token = str(self.token_class.for_user(user))
        if self.is_used:
            self.accepts(token)
        self.settings.SIMPLE_JWT = before
        return token


class Knox(TokenSource):
    """A knox token with an expiry of its own."""

    def issue(self, user):
        return AuthToken.objects.create(user=user, expiry=self.lifetime)[1]

    def accepts(self, raw):
        return self.is_authenticated(raw, RevocableKnoxAuthentication, "Token")


class ExtendedAuthtoken(TokenSource):
    """A token of DRF; ``AUTHTOKEN_TTL`` is an hour, and raised later."""

    has_extended_lifetime = True

    def issue(self, user):
        return Token.objects.get_or_create(user=user)[0].key

    def accepts(self, raw):
        self.settings.TOKEN_REVOCATION = {
            **self.settings.TOKEN_REVOCATION,
            "AUTHTOKEN_TTL": self.lifetime,
        }
        accepted = self.is_authenticated(raw, RevocableTokenAuthentication, "Token")
        self.settings.TOKEN_REVOCATION = {
            **self.settings.TOKEN_REVOCATION,
            "AUTHTOKEN_TTL": min(HOUR, self.lifetime),
        }
        return accepted


class OAuth(TokenSource):
    """An access token of OAuth Toolkit."""

    def issue(self, user):
        raw = uuid4().hex
        application, _ = Application.objects.get_or_create(
            name="one",
            client_id="one",
            client_type="confidential",
            authorization_grant_type="password",
        )
        expires = timezone.now() + self.lifetime
        OAuthToken.objects.create(
            user=user, application=application, token=raw, expires=expires, scope="read"
        )
        return raw

    def accepts(self, raw):
        return self.is_authenticated(raw, RevocableOAuth2Authentication)


TOKEN_SOURCES = [
    RefreshJWT,
    StockRefreshJWT,
    ProjectRefreshJWT,
    AccessJWT,
    StockAccessJWT,
    FormerSettingsJWT,
    Knox,
    ExtendedAuthtoken,
    OAuth,
]


def ref_of(raw):
    ref = services.resolve(raw)
    assert ref is not None
    return ref


def log_out(user, raw):
    services.log_out(ref_of(raw))


def revoke(user, raw):
    services.revoke(ref_of(raw))


def revoke_identifier(user, raw):
    ref = ref_of(raw)
    services.revoke_identifiers(ref.kind, [ref.identifier], issuer=ref.issuer)


def revoke_all(user, raw):
    services.revoke_all(user)


def revoke_session(user, raw):
    session = ref_of(raw).subject("session")
    services.revoke_session(session.id) if session else services.revoke_all(user)


def revoke_client(user, raw):
    client = ref_of(raw).subject("client")
    services.revoke_client(client.id) if client else services.revoke_all(user)


def revoke_everyone(user, raw):
    services.revoke_everyone()


def run_command(user, raw):
    call_command("revoke_tokens", user=user.get_username(), verbosity=0, json=True)


def change_password(user, raw):
    user.set_password(uuid4().hex)
    user.save()


def deactivate(user, raw):
    for is_active in (False, True):
        user.is_active = is_active
        user.save()


REVOCATIONS = [
    log_out,
    revoke,
    revoke_identifier,
    revoke_all,
    revoke_session,
    revoke_client,
    revoke_everyone,
    run_command,
    change_password,
    deactivate,
]

AFFECT_OTHER_USERS = (revoke_everyone, revoke_client)
