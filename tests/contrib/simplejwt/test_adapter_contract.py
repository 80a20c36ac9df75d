"""The contract tests for the tokens of simplejwt."""

from __future__ import annotations

from django.test import TestCase
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, SlidingToken

from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
)
from token_revocation.testing import AdapterContract


class TestRefreshToken(AdapterContract, TestCase):
    adapter = SimpleJWTAdapter()

    def issue(self, user):
        raw = str(RevocableRefreshToken.for_user(user))
        return raw, RefreshToken(raw)


class TestSlidingToken(AdapterContract, TestCase):
    adapter = SimpleJWTAdapter()

    def issue(self, user):
        raw = str(RevocableSlidingToken.for_user(user))
        return raw, SlidingToken(raw)


class TestAccessToken(AdapterContract, TestCase):
    adapter = SimpleJWTAdapter()
    lists_tokens = False

    def issue(self, user):
        raw = str(RevocableAccessToken.for_user(user))
        return raw, AccessToken(raw)


class TestRefreshTokenOfSimpleJWT(AdapterContract, TestCase):
    adapter = SimpleJWTAdapter()

    def issue(self, user):
        raw = str(RefreshToken.for_user(user))
        return raw, RefreshToken(raw)
