"""OAuth Toolkit."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from django.utils import timezone
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AccessToken, Application

from benchmarks.contestants.base import Contestant
from benchmarks.contestants.revocable import with_cache, with_store
from benchmarks.users import users_of
from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication


@cache
def oauth_headers() -> list[str]:
    """Return an access token of one application for each user."""
    application = Application.objects.create(
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris="https://example.com/",
    )
    tokens = [stored(user, application) for user in users_of("oauth")]
    AccessToken.objects.bulk_create(tokens)
    return [f"Bearer {token.token}" for token in tokens]


def stored(user: Any, application: Any) -> AccessToken:
    expires = timezone.now() + timedelta(days=1)
    token = AccessToken(user=user, application=application, expires=expires, scope="read")
    token.token = secrets.token_urlsafe(32)
    return token


VALIDATOR = "token_revocation.contrib.oauth2_provider.validators.RevocableOAuth2Validator"
OTHERS = {"OAUTH2_PROVIDER": {"OAUTH2_VALIDATOR_CLASS": VALIDATOR}}
OURS = {"ADAPTERS": ["token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"]}

CONTESTANTS = [
    Contestant(
        name="OAuth Toolkit",
        authentication=OAuth2Authentication,
        issue=oauth_headers,
        served=True,
    ),
    Contestant(
        name="revocable OAuth Toolkit, SnapshotStore, cached",
        authentication=RevocableOAuth2Authentication,
        issue=oauth_headers,
        alone="OAuth Toolkit",
        settings=with_cache(**OURS),
        others=OTHERS,
        returning=True,
    ),
    *(
        Contestant(
            name=f"revocable OAuth Toolkit, {store}",
            authentication=RevocableOAuth2Authentication,
            issue=oauth_headers,
            alone="OAuth Toolkit",
            settings=with_store(store, **OURS),
            others=OTHERS,
        )
        for store in ("DatabaseStore", "SnapshotStore")
    ),
]
