from __future__ import annotations

import pytest
from django.utils import translation
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.views import exception_handler

from token_revocation.exceptions import (
    InvalidRequest,
    NotRevocable,
    RevocationError,
    RevocationUnavailable,
    TokenExpired,
    TokenRejected,
    TokenRevoked,
)


def response_to(error):
    return exception_handler(error, {})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TokenRevoked, 401, "token_revoked"),
        (TokenExpired, 401, "token_expired"),
        (NotRevocable, 400, "not_revocable"),
        (RevocationUnavailable, 503, "revocation_unavailable"),
    ],
)
def test_each_error_has_its_status_and_code(error, status, code):
    response = response_to(error())
    assert response.status_code == status
    assert response.data == {"detail": error.default_detail, "code": code}


@pytest.mark.parametrize("error", [TokenRevoked, TokenExpired, NotRevocable, RevocationUnavailable])
def test_every_error_is_a_revocation_error(error):
    assert issubclass(error, RevocationError)


@pytest.mark.parametrize("error", [TokenRevoked, TokenExpired])
def test_a_rejected_token_is_a_failed_authentication_of_drf(error):
    assert issubclass(error, TokenRejected)
    assert issubclass(error, AuthenticationFailed)


@pytest.mark.spec("RFC 6750", "3")
@pytest.mark.parametrize("error", [TokenRevoked, TokenExpired])
def test_challenge_description_needs_no_escapes(error):
    assert error.description.isascii()
    assert error.description.isprintable()
    assert not set(error.description) & {'"', "\\"}


def test_unavailable_has_a_retry_after_header():
    assert response_to(RevocationUnavailable())["Retry-After"] == "5"


def test_unavailable_is_not_a_failed_authentication():
    assert not issubclass(RevocationUnavailable, AuthenticationFailed)


@pytest.mark.spec("RFC 6749", "5.2")
def test_invalid_request_has_an_oauth_error():
    response = response_to(InvalidRequest("The parameter token is missing."))
    assert response.status_code == 400
    assert response.data == {
        "error": "invalid_request",
        "error_description": "The parameter token is missing.",
    }


def test_an_invalid_request_is_an_exception_of_drf():
    assert issubclass(InvalidRequest, APIException)


@pytest.mark.parametrize("error", [TokenRevoked, TokenExpired, RevocationUnavailable])
def test_the_code_is_the_same_in_every_language(error):
    with translation.override("de"):
        assert response_to(error()).data["code"] == error.default_code
