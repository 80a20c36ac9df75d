"""DRF's tokens and their revocations in different databases."""

from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.contrib.authtoken_requests import authenticate_with
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked


@pytest.mark.django_db(databases=["default", "other"])
def test_revocations_in_another_database_are_checked(token, settings):
    settings.TOKEN_REVOCATION = {"STORE_OPTIONS": {"using": "other"}}
    assert authenticate_with(RevocableTokenAuthentication, token.key)
    services.revoke(AuthTokenAdapter().identify(token), using="other")
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)


class ReplicaRouter:
    """Reads tokens from the database ``other``, as from a replica."""

    def db_for_read(self, model, **hints):
        return "other" if model is Token else None


@pytest.mark.django_db(databases=["default", "other"])
def test_database_router_selects_where_tokens_are_read(token, user, settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.ReplicaRouter"]
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        authenticate_with(RevocableTokenAuthentication, token.key)
    user.save(using="other", force_insert=True)
    token.save(using="other", force_insert=True)
    assert authenticate_with(RevocableTokenAuthentication, token.key)[0]._state.db == "other"
    services.revoke_all(user)
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)
