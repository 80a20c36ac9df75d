"""A database finds a token in spellings that its key does not have."""

from __future__ import annotations

import pytest
from django.db import connection
from rest_framework.authtoken.models import Token

from tests.contrib import token_models
from tests.contrib.reading import public, queries_of, result_of, with_model
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked


def test_another_spelling_that_a_field_accepts_is_the_same_token(token):
    authentication = with_model(token_models.ShortenedToken)
    assert_ended_in_every_spelling(authentication, token, token.key + "x")


@pytest.fixture
def caseless(token):
    """A model of tokens in a column that is blind to case: on some databases every one is."""
    if connection.vendor != "sqlite":
        return Token
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE caseless (key text COLLATE NOCASE, user_id int, created text)")
    token_models.CaselessToken.objects.create(**public(token))
    return token_models.CaselessToken


@pytest.mark.trap("T1")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="its collations tell cases apart")
def test_another_spelling_that_a_collation_accepts_is_the_same_token(caseless, token):
    assert_ended_in_every_spelling(with_model(caseless), token, token.key.upper())


def assert_ended_in_every_spelling(authentication, token, spelling):
    assert result_of(authentication, spelling)[1].key == token.key
    services.revoke(AuthTokenAdapter().identify(token))
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        result_of(authentication, spelling)


def test_a_user_whose_key_has_another_spelling_is_asked_about(token, user, monkeypatch):
    monkeypatch.setattr("token_revocation.stores.joined._is_spelt", lambda pk: False)
    assert queries_of(RevocableTokenAuthentication, token.key) == 2
