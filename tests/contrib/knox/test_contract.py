"""The contract tests for knox's tokens."""

from __future__ import annotations

import pytest
from django.test import TestCase

from token_revocation.testing import AuthenticationContract

pytest.importorskip("knox")

from knox.models import AuthToken

from token_revocation.contrib.knox import KnoxAdapter, RevocableKnoxAuthentication


class TestKnox(AuthenticationContract, TestCase):
    adapter = KnoxAdapter()
    authentication = RevocableKnoxAuthentication
    scheme = "Token"

    def issue(self, user):
        token, raw = AuthToken.objects.create(user=user)
        return raw, token
