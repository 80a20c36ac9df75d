"""Statements that PostgreSQL plans once, if a project lets it, answer as all others do."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.contrib.authtoken.authentication import RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import get_store
from token_revocation.testing import make_token

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Of PostgreSQL alone."),
]

OPTIONS = {"server_side_binding": True, "prepare_threshold": 1}


@pytest.fixture(autouse=True)
def _prepared(monkeypatch):
    connection.close()
    known = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {**known, **OPTIONS})
    yield
    connection.close()


def statements(word):
    """Those that the server has planned, and that hold ``word``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [sql for (sql,) in cursor.fetchall() if word in sql]


def test_the_one_query_of_the_store():
    token, other = make_token(), make_token()
    asked = [get_store().is_revoked(token) for _ in range(3)]
    services.revoke(token)
    assert [*asked, get_store().is_revoked(token)] == [False] * 3 + [True]
    assert not get_store().is_revoked(other)
    assert statements("UNION ALL")


@pytest.mark.parametrize("end", ["token", "user", "everyone"])
def test_the_one_query_for_a_token_its_user_and_its_end(rf, end):
    token = AuthTokenFactory()
    request = rf.get("/", headers={"Authorization": f"Token {token.key}"})
    ask = RevocableTokenAuthentication().authenticate
    assert [ask(request)[0] for _ in range(3)] == [token.user] * 3
    assert statements("token_revocation_doubt")
    ending = {
        "token": lambda: services.revoke(AuthTokenAdapter().identify(token)),
        "user": lambda: services.revoke_all(token.user),
        "everyone": services.revoke_everyone,
    }
    ending[end]()
    with pytest.raises(TokenRevoked):
        ask(request)
