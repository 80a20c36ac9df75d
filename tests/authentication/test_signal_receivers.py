"""Receivers of authentication signals can read the request."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.authentication.requests import get_response, request_with
from tests.signals import connected
from token_revocation.authentication import current_token, token_of
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.signals import revoked_token_used, token_checked


class Overridden(RevocableTokenAuthentication):
    def authenticate(self, request):
        return super().authenticate(request)


@pytest.fixture(params=[RevocableTokenAuthentication, Overridden])
def authentication(request):
    return request.param


@pytest.fixture
def seen():
    """The user, token and reference that receivers read from the request."""
    read = []

    def record(*, request, **kwargs):
        read.append((request.user, request.auth, current_token(request)))

    with connected(record, token_checked, revoked_token_used):
        yield read


def test_receiver_reads_the_accepted_user(authentication, header, user, token, seen):
    assert get_response(authentication, header=header).status_code == 200
    assert seen == [(user, token, AuthTokenAdapter().identify(token))]


def test_receiver_reads_an_anonymous_user_after_a_rejection(authentication, rejected_header, seen):
    assert get_response(authentication, header=rejected_header).status_code == 401
    assert seen == [(AnonymousUser(), None, None)] * 2


def test_request_is_unchanged_after_the_signals(authentication, header, seen):
    request = request_with(header)
    request._request.user = "user of a middleware"
    assert authentication().authenticate(request)
    assert "_user" not in vars(request)
    assert request._request.user == "user of a middleware"
    assert len(seen) == 1


def test_django_request_is_accepted(authentication, header, user):
    read = []

    def record(*, request, **kwargs):
        read.append(token_of(request))

    with connected(record, token_checked):
        assert authentication().authenticate(request_with(header)._request)[0] == user
    assert read[0].subject("user").id == str(user.pk)
