"""The contract tests for DRF's tokens."""

from __future__ import annotations

from django.test import TestCase

from tests.factories import AuthTokenFactory
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.testing import AuthenticationContract


class TestAuthTokenAdapter(AuthenticationContract, TestCase):
    adapter = AuthTokenAdapter()
    authentication = RevocableTokenAuthentication
    scheme = "Token"

    def issue(self, user):
        token = AuthTokenFactory(user=user)
        return token.key, token
