"""What the mixin asks for even when the class behind it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.asking import request_with
from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import TokenExpired

HOUR = timedelta(hours=1)


class LenientAdapter(AuthTokenAdapter):
    leeway = timedelta(seconds=30)


class CredulousAuthentication(BaseAuthentication):
    """Looks at nothing."""

    def __init__(self, token):
        self.token = token

    def authenticate(self, request):
        return self.token.user, self.token


class GuardedAuthentication(RevocationMixin, CredulousAuthentication):
    adapter = LenientAdapter()


def authenticate(token):
    return GuardedAuthentication(token).authenticate(request_with(""))


def test_a_user_who_is_not_active_is_refused(db):
    token = AuthTokenFactory(user=UserFactory(is_active=False))
    with pytest.raises(AuthenticationFailed) as refusal:
        authenticate(token)
    assert refusal.value.get_codes() == "user_inactive"


def test_within_the_leeway_of_its_validator_a_token_is_accepted(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR + timedelta(seconds=29), tick=False):
        assert authenticate(token) == (token.user, token)


def test_after_the_leeway_it_is_refused(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with (
        time_machine.travel(token.created + HOUR + timedelta(seconds=30), tick=False),
        pytest.raises(TokenExpired),
    ):
        authenticate(token)
