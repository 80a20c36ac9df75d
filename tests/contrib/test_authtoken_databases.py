"""Where tokens and revocations are not in one database."""

from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.contrib.reading import result_of
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked


@pytest.mark.django_db(databases=["default", "other"])
def test_revocations_in_another_database_are_asked_for_there(token, settings):
    settings.TOKEN_REVOCATION = {"STORE_OPTIONS": {"using": "other"}}
    assert result_of(RevocableTokenAuthentication, token.key)
    services.revoke(AuthTokenAdapter().identify(token), using="other")
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)


class TokensElsewhere:
    """Tokens are read from a replica, as it were."""

    def db_for_read(self, model, **hints):
        return "other" if model is Token else None


@pytest.mark.django_db(databases=["default", "other"])
def test_a_router_decides_where_tokens_are_read(token, user, settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.TokensElsewhere"]
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        result_of(RevocableTokenAuthentication, token.key)
    user.save(using="other", force_insert=True)
    token.save(using="other", force_insert=True)
    assert result_of(RevocableTokenAuthentication, token.key)[0]._state.db == "other"
    services.revoke_all(user)
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)
