from __future__ import annotations

import pytest
from rest_framework.authentication import (
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)

from tests.authentication.requests import (
    BearerTokenAuthentication,
    RevocableSilentAuthentication,
    get_response,
    request_with,
)
from token_revocation.authentication import current_token, presented_token
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication

BOTH = (BearerTokenAuthentication, RevocableTokenAuthentication)


@pytest.mark.parametrize("foreign", ["", "Basic dTpw", "Bearer abc", "Tokens abc", "\xff\xfe"])
def test_other_header_is_left_to_the_next_class(foreign):
    assert RevocableTokenAuthentication().authenticate(request_with(foreign)) is None


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "token"])
def test_class_with_the_scheme_accepts(token, scheme):
    assert get_response(*BOTH, header=f"{scheme} {token.key}").status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
def test_class_with_the_scheme_rejects_with_its_challenge(rejected_header, token, scheme):
    answer = get_response(*BOTH, header=f"{scheme} {token.key}")
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith(f'{scheme} error="invalid_token"')


def test_rejected_token_is_not_passed_to_the_next_class(rejected_header):
    answer = get_response(RevocableTokenAuthentication, TokenAuthentication, header=rejected_header)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")


@pytest.mark.spec("RFC 6750", "3")
def test_rejecting_class_creates_the_challenge_in_any_order(rejected_header):
    answer = get_response(BasicAuthentication, RevocableTokenAuthentication, header=rejected_header)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith('Token error="invalid_token"')


def test_first_class_without_a_challenge_turns_401_into_403_as_in_drf(rejected_header):
    answer = get_response(
        SessionAuthentication, RevocableTokenAuthentication, header=rejected_header
    )
    assert (answer.status_code, answer.data["code"]) == (403, "token_revoked")


def test_class_without_a_challenge_creates_none(rejected_header):
    alone = get_response(RevocableSilentAuthentication, header=rejected_header)
    assert (alone.status_code, "WWW-Authenticate" in alone) == (403, False)
    second = get_response(
        BasicAuthentication, RevocableSilentAuthentication, header=rejected_header
    )
    assert (second.status_code, second["WWW-Authenticate"]) == (401, 'Basic realm="api"')


def test_first_class_creates_the_challenge_without_credentials(db):
    answer = get_response(*BOTH)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_current_token_is_the_authenticated_one(header, token):
    request = request_with(header, *BOTH)
    assert current_token(request) == AuthTokenAdapter().identify(token)


def test_token_accepted_by_another_class_is_not_current(header, user):
    request = request_with(header, TokenAuthentication)
    assert request.user == user
    assert current_token(request) is None


def test_request_without_credentials_has_no_current_token():
    assert current_token(request_with("", *BOTH)) is None


@pytest.mark.parametrize(
    ("sent", "presented"),
    [("", ""), ("Token", ""), ("Token a b", ""), ("Token a", "a"), ("Bearer \xff", "\xff")],
)
def test_presented_token_follows_the_scheme(sent, presented):
    assert presented_token(request_with(sent)) == presented
