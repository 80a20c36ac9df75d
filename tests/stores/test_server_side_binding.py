"""Statements that psycopg prepares, with ``server_side_binding``, give the same results."""

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
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]

OPTIONS = {"server_side_binding": True, "prepare_threshold": 1}


@pytest.fixture(autouse=True)
def _prepared(monkeypatch):
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {**options, **OPTIONS})
    yield
    connection.close()


def prepared_statements(text):
    """Return the prepared statements that contain ``text``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [sql for (sql,) in cursor.fetchall() if text in sql]


def test_the_query_of_the_store():
    token, other = make_token(), make_token()
    results = [get_store().is_revoked(token) for _ in range(3)]
    services.revoke(token)
    assert [*results, get_store().is_revoked(token)] == [False] * 3 + [True]
    assert not get_store().is_revoked(other)
    assert prepared_statements("UNION ALL")


@pytest.mark.parametrize("subject", ["token", "user", "everyone"])
def test_the_query_of_a_token_with_its_revocation(rf, subject):
    token = AuthTokenFactory()
    request = rf.get("/", headers={"Authorization": f"Token {token.key}"})
    authenticate = RevocableTokenAuthentication().authenticate
    assert [authenticate(request)[0] for _ in range(3)] == [token.user] * 3
    assert prepared_statements("token_revocation_rejected")
    revoke = {
        "token": lambda: services.revoke(AuthTokenAdapter().identify(token)),
        "user": lambda: services.revoke_all(token.user),
        "everyone": services.revoke_everyone,
    }
    revoke[subject]()
    with pytest.raises(TokenRevoked):
        authenticate(request)
