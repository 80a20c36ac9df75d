"""Raw tokens that differ from the stored key but match the same row."""

from __future__ import annotations

import pytest
from django.db import connection
from rest_framework.authtoken.models import Token

from tests.contrib import token_models
from tests.contrib.authtoken_requests import (
    authenticate_with,
    authentication_class_for,
    count_queries,
    get_values,
)
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked


def test_longer_key_that_a_field_truncates_is_the_same_token(token):
    authentication = authentication_class_for(token_models.TruncatedKeyToken)
    assert_revoked_by_equivalent_key(authentication, token, token.key + "x")


@pytest.fixture
def case_insensitive(token):
    """A token model whose column ignores case, as every column does in some databases."""
    if connection.vendor != "sqlite":
        return Token
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE case_insensitive (key text COLLATE NOCASE, user_id int, created text)"
        )
    token_models.CaseInsensitiveToken.objects.create(**get_values(token))
    return token_models.CaseInsensitiveToken


@pytest.mark.trap("T1")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="its collations are case-sensitive")
def test_key_that_a_collation_matches_is_the_same_token(case_insensitive, token):
    assert_revoked_by_equivalent_key(
        authentication_class_for(case_insensitive), token, token.key.upper()
    )


def assert_revoked_by_equivalent_key(authentication, token, raw):
    assert authenticate_with(authentication, raw)[1].key == token.key
    services.revoke(AuthTokenAdapter().identify(token))
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        authenticate_with(authentication, raw)


def test_user_key_in_another_form_is_checked_by_the_store(token, user, monkeypatch):
    monkeypatch.setattr("token_revocation.stores._token_query._has_canonical_pk", lambda pk: False)
    assert count_queries(RevocableTokenAuthentication, token.key) == 2
