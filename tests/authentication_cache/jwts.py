"""Requests with JWTs, which are verified or cached."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.tokens import AccessToken

from tests.authentication.requests import request_with
from token_revocation.contrib.simplejwt import (
    RevocableJWTAuthentication,
    RevocableJWTStatelessUserAuthentication,
)

STATEFUL, STATELESS = RevocableJWTAuthentication, RevocableJWTStatelessUserAuthentication


def make_token(user, **claims):
    """Return an access token of ``user`` with these claims."""
    token = AccessToken.for_user(user)
    token.payload.update(claims)
    return token


def authenticate(raw, authentication=STATEFUL):
    """Return the user, the token and the number of queries of a request."""
    with CaptureQueriesContext(connection) as captured:
        user, token = authentication().authenticate(request_with(f"Bearer {raw}"))
    return user, token, len(captured)


def is_verified(raw, verified, authentication=STATEFUL):
    """Return whether a request verifies the signature of ``raw``."""
    before = len(verified)
    authenticate(raw, authentication)
    return len(verified) > before
