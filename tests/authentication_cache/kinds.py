"""The kinds of opaque tokens: how a test creates and presents one of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from secrets import token_hex
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.requests import request_with

VALIDATOR = "token_revocation.contrib.oauth2_provider.validators.RevocableOAuth2Validator"
CLIENT_SECRET = "a secret of a client"
REFRESH_TOKEN = "a refresh token of the same login"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of token: its package, adapter, class and rows."""

    package: str
    adapter: str
    authentication: str
    scheme: str
    create: Callable[[Any], tuple[Any, str]]
    """Create a token of a user, and return the row and the raw token."""


def create_authtoken(user):
    from rest_framework.authtoken.models import Token

    token = Token.objects.create(user=user)
    return token, token.key


def create_knox_token(user, **options):
    from knox.models import AuthToken

    return AuthToken.objects.create(user=user, **options)


def create_access_token(user, **options):
    from oauth2_provider.models import AccessToken, Application, RefreshToken

    application, _ = Application.objects.get_or_create(
        name="app",
        client_type="confidential",
        client_secret=CLIENT_SECRET,
        hash_client_secret=False,
        authorization_grant_type="password",
    )
    raw, expires = token_hex(20), timezone.now() + timedelta(hours=10)
    owner = {"user": user, "application": application}
    options = {"expires": expires, "scope": "read", **owner, **options}
    token = AccessToken.objects.create(token=raw, **options)
    if user is not None:
        family = {"token_family": uuid4(), "access_token": token}
        RefreshToken.objects.create(token=REFRESH_TOKEN + raw, **family, **owner)
    return token, raw


KINDS = {
    "authtoken": Kind(
        package="rest_framework",
        adapter="token_revocation.contrib.authtoken.AuthTokenAdapter",
        authentication="token_revocation.contrib.authtoken.RevocableTokenAuthentication",
        scheme="Token",
        create=create_authtoken,
    ),
    "knox": Kind(
        package="knox",
        adapter="token_revocation.contrib.knox.KnoxAdapter",
        authentication="token_revocation.contrib.knox.RevocableKnoxAuthentication",
        scheme="Token",
        create=create_knox_token,
    ),
    "oauth2_provider": Kind(
        package="oauth2_provider",
        adapter="token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter",
        authentication="token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication",
        scheme="Bearer",
        create=create_access_token,
    ),
}


class Owner:
    """A client with a token of one kind."""

    def __init__(self, kind, user, **options):
        self.kind, self.user = kind, user
        self.adapter = import_string(kind.adapter)()
        self.authentication = import_string(kind.authentication)
        self.row, self.raw = kind.create(user, **options)

    @property
    def ref(self):
        return self.adapter.identify(self.row)

    def is_accepted(self, **options):
        """Return whether a request is authenticated."""
        try:
            return self.authenticate(**options)[1] is not None
        except AuthenticationFailed:
            return False

    def authenticate(self, authentication=None, query=""):
        """Return the user, the token and the number of queries of a request.

        The token is ``None`` if the request is not authenticated.
        """
        request = request_with(f"{self.kind.scheme} {self.raw}")
        request._request.META["QUERY_STRING"] = query
        with CaptureQueriesContext(connection) as captured:
            result = (authentication or self.authentication)().authenticate(request)
        return *(result or (None, None)), len(captured)


def require(kind):
    """Skip the test if the package of ``kind`` is not installed."""
    if not find_spec(kind.package):
        pytest.skip(f"needs {kind.package}")


def settings_for(kind):
    """Return the settings of the package."""
    return {"OAUTH2_PROVIDER": {"OAUTH2_VALIDATOR_CLASS": VALIDATOR}, "REST_KNOX": {}}
