"""Checks of the mixin that do not depend on the next class."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.requests import request_with
from tests.factories import AuthTokenFactory, UserFactory
from tests.signals import capture_signals
from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import TokenExpired
from token_revocation.signals import token_checked

HOUR = timedelta(hours=1)


class LenientAdapter(AuthTokenAdapter):
    leeway = timedelta(seconds=30)


class AcceptingAuthentication(BaseAuthentication):
    """Accepts every request."""

    def __init__(self, token):
        self.token = token

    def authenticate(self, request):
        return self.token.user, self.token


class GuardedAuthentication(RevocationMixin, AcceptingAuthentication):
    adapter = LenientAdapter()


def authenticate(token):
    return GuardedAuthentication(token).authenticate(request_with(""))


def test_inactive_user_is_rejected(db):
    token = AuthTokenFactory(user=UserFactory(is_active=False))
    with pytest.raises(AuthenticationFailed) as raised:
        authenticate(token)
    assert raised.value.get_codes() == "user_inactive"


def test_expired_token_is_accepted_within_the_leeway(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR + timedelta(seconds=29), tick=False):
        assert authenticate(token) == (token.user, token)


def test_expired_token_is_rejected_after_the_leeway(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with (
        time_machine.travel(token.created + HOUR + timedelta(seconds=30), tick=False),
        pytest.raises(TokenExpired),
    ):
        authenticate(token)


class FailingAuthentication(BaseAuthentication):
    def authenticate(self, request):
        raise RuntimeError("an error of the project")


class GuardedFailingAuthentication(RevocationMixin, FailingAuthentication):
    adapter = AuthTokenAdapter()


def test_error_of_the_next_class_is_raised_unchanged(db):
    with pytest.raises(RuntimeError), capture_signals(token_checked) as sent:
        GuardedFailingAuthentication().authenticate(request_with(""))
    assert sent == []
