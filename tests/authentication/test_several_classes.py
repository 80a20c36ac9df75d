from __future__ import annotations

import pytest
from rest_framework.authentication import (
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)

from tests.authentication.asking import (
    BearerTokenAuthentication,
    RevocableSilentAuthentication,
    ask,
    request_with,
)
from token_revocation.authentication import current_token, presented_token
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication

BOTH = (BearerTokenAuthentication, RevocableTokenAuthentication)


@pytest.mark.parametrize("foreign", ["", "Basic dTpw", "Bearer abc", "Tokens abc", "\xff\xfe"])
def test_a_foreign_header_is_left_to_the_next_class(foreign):
    assert RevocableTokenAuthentication().authenticate(request_with(foreign)) is None


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "token"])
def test_the_class_whose_scheme_it_is_accepts(token, scheme):
    assert ask(*BOTH, header=f"{scheme} {token.key}").status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
def test_the_class_whose_scheme_it_is_refuses_and_makes_the_challenge(cut_off, token, scheme):
    answer = ask(*BOTH, header=f"{scheme} {token.key}")
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith(f'{scheme} error="invalid_token"')


def test_a_refused_token_is_not_passed_on_to_the_next_class(cut_off):
    answer = ask(RevocableTokenAuthentication, TokenAuthentication, header=cut_off)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")


@pytest.mark.spec("RFC 6750", "3")
def test_the_class_that_refuses_makes_the_challenge_whichever_stands_first(cut_off):
    answer = ask(BasicAuthentication, RevocableTokenAuthentication, header=cut_off)
    assert (answer.status_code, answer.data["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith('Token error="invalid_token"')


def test_a_first_class_without_a_challenge_turns_401_into_403_as_in_drf(cut_off):
    answer = ask(SessionAuthentication, RevocableTokenAuthentication, header=cut_off)
    assert (answer.status_code, answer.data["code"]) == (403, "token_revoked")


def test_a_class_without_a_challenge_makes_none_up(cut_off):
    alone = ask(RevocableSilentAuthentication, header=cut_off)
    assert (alone.status_code, "WWW-Authenticate" in alone) == (403, False)
    second = ask(BasicAuthentication, RevocableSilentAuthentication, header=cut_off)
    assert (second.status_code, second["WWW-Authenticate"]) == (401, 'Basic realm="api"')


def test_without_a_credential_the_first_class_makes_the_challenge(db):
    answer = ask(*BOTH)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_the_current_token_is_the_one_that_authenticated(header, token):
    request = request_with(header, *BOTH)
    assert current_token(request) == AuthTokenAdapter().identify(token)


def test_a_token_that_another_class_accepted_is_not_current(header, user):
    request = request_with(header, TokenAuthentication)
    assert request.user == user
    assert current_token(request) is None


def test_nobody_has_no_current_token():
    assert current_token(request_with("", *BOTH)) is None


@pytest.mark.parametrize(
    ("sent", "presented"),
    [("", ""), ("Token", ""), ("Token a b", ""), ("Token a", "a"), ("Bearer \xff", "\xff")],
)
def test_what_stands_behind_the_scheme_is_presented(sent, presented):
    assert presented_token(request_with(sent)) == presented
