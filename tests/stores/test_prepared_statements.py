"""Statements that PREPARE_STATEMENTS prepares give the same results, and fail no request."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext

import pytest
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.contrib.authtoken.authentication import RevocableTokenAuthentication
from token_revocation.exceptions import RevocationUnavailable, TokenRevoked
from token_revocation.models import RevokedToken
from token_revocation.stores import get_store
from token_revocation.stores._compiled_query import CompiledQuery
from token_revocation.stores._prepared_statement import (
    EXECUTIONS_ATTRIBUTE,
    EXECUTIONS_BEFORE_PREPARE,
    PreparedStatement,
)
from token_revocation.testing import make_token

pytestmark = pytest.mark.django_db(transaction=True)

needs_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")

OFTEN = EXECUTIONS_BEFORE_PREPARE + 3
TABLE = RevokedToken._meta.db_table


@pytest.fixture(autouse=True)
def _prepares(settings):
    """New connections that prepare statements."""
    settings.TOKEN_REVOCATION = {"PREPARE_STATEMENTS": True}
    connection.close()
    yield
    connection.close()


@pytest.fixture
def token():
    return make_token()


@pytest.fixture
def prepared(token):
    """A token whose statement is prepared."""
    assert check_often(token) == {False}
    assert prepared_statements()
    return token


def check_often(token):
    return {get_store().is_revoked(token) for _ in range(OFTEN)}


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def prepared_statements():
    """Return the statements that are prepared on the connection, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def is_in_use():
    """Return whether the connection still executes its prepared statement."""
    (executions,) = vars(connection.connection)[EXECUTIONS_ATTRIBUTE].values()
    return executions > EXECUTIONS_BEFORE_PREPARE


@contextmanager
def other_connection():
    """A connection of another process."""
    other = connection.copy()
    try:
        yield other
    finally:
        other.close()


def test_results_are_those_of_the_database(token):
    other = make_token()
    assert check_often(token) == {False}
    services.revoke(token)
    assert check_often(token) == {True}
    assert check_often(other) == {False}
    services.revoke_everyone()
    assert check_often(other) == {True}


@needs_postgresql
def test_a_statement_is_prepared_when_it_is_repeated(token):
    for _ in range(EXECUTIONS_BEFORE_PREPARE):
        get_store().is_revoked(token)
    assert not prepared_statements()
    assert check_often(token) == {False}
    assert len(prepared_statements()) == 1


@needs_postgresql
@pytest.mark.parametrize("subject", ["token", "user", "everyone"])
def test_a_token_with_its_revocation_is_a_prepared_statement(rf, subject):
    token = AuthTokenFactory()
    request = rf.get("/", headers={"Authorization": f"Token {token.key}"})
    authenticate = RevocableTokenAuthentication().authenticate
    for _ in range(OFTEN):
        user, found = authenticate(request)
        assert (user, found, found.created) == (token.user, token, token.created)
    assert any("token_revocation_rejected" in sql for sql in prepared_statements().values())
    revoke = {
        "token": lambda: services.revoke(AuthTokenAdapter().identify(token)),
        "user": lambda: services.revoke_all(token.user),
        "everyone": services.revoke_everyone,
    }
    revoke[subject]()
    with pytest.raises(TokenRevoked):
        authenticate(request)


@needs_postgresql
def test_nothing_is_prepared_without_psycopg_3(monkeypatch, token):
    with monkeypatch.context() as patch:
        patch.setattr(connections[DEFAULT_DB_ALIAS].Database, "__name__", "psycopg2")
        assert check_often(token) == {False}
    assert not prepared_statements()


@needs_postgresql
def test_nothing_is_prepared_for_a_pooler(monkeypatch, token):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert check_often(token) == {False}
    assert not prepared_statements()


@needs_postgresql
def test_nothing_is_prepared_with_server_side_binding(monkeypatch, token):
    options = {**connection.settings_dict["OPTIONS"], "server_side_binding": True}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    vars(connection.features).pop("uses_server_side_binding", None)  # It is cached.
    assert check_often(token) == {False}
    assert not prepared_statements()
    vars(connection.features).pop("uses_server_side_binding")


@needs_postgresql
def test_nothing_is_prepared_by_default(settings, token):
    settings.TOKEN_REVOCATION = {}
    assert check_often(token) == {False}
    assert not prepared_statements()


@needs_postgresql
def test_a_statement_is_prepared_in_a_transaction(token):
    with transaction.atomic():
        assert check_often(token) == {False}
        services.revoke(token)
        assert check_often(token) == {True}
        assert len(prepared_statements()) == 1
        transaction.set_rollback(True)
    assert check_often(token) == {False}
    assert is_in_use()


@needs_postgresql
def test_a_lost_statement_breaks_no_transaction(prepared):
    with transaction.atomic():
        run("DEALLOCATE ALL")
        services.revoke(prepared)
        assert check_often(prepared) == {True}
        assert not is_in_use()
    assert RevokedToken.objects.count() == 1


@needs_postgresql
def test_a_broken_transaction_is_an_outage(prepared):
    with transaction.atomic():
        with pytest.raises(DatabaseError):
            run("SELECT 1 / 0")
        with pytest.raises(RevocationUnavailable):
            get_store().is_revoked(prepared)
        transaction.set_rollback(True)
    assert check_often(prepared) == {False}


@needs_postgresql
@pytest.mark.parametrize("statement", ["DEALLOCATE ALL", "DISCARD ALL"])
def test_a_lost_statement_fails_no_request(prepared, statement):
    run(statement)
    assert check_often(prepared) == {False}
    assert not is_in_use()
    services.revoke(prepared)
    assert check_often(prepared) == {True}


@needs_postgresql
def test_a_migration_fails_no_request(rf):
    """The server rejects a plan whose result has changed."""
    token = AuthTokenFactory()
    request = rf.get("/", headers={"Authorization": f"Token {token.key}"})
    authenticate = RevocableTokenAuthentication().authenticate
    alter = "ALTER TABLE auth_user ALTER COLUMN first_name TYPE varchar({})"
    try:
        for length in (150, 151, 152):
            run(alter.format(length))
            assert [authenticate(request)[0] for _ in range(OFTEN)] == [token.user] * OFTEN
    finally:
        run(alter.format(150))


@needs_postgresql
@pytest.mark.parametrize("context", [nullcontext, transaction.atomic])
def test_a_value_that_does_not_fit_its_column_fails_no_request(context):
    user_model = get_user_model()
    field, placeholder = user_model._meta.pk, 2**31 - 1
    rows = user_model.objects.filter(pk=placeholder).values_list("pk")
    compiler = rows.query.get_compiler(using="default")
    query = CompiledQuery.compile(compiler, [(field, placeholder)])
    pk = AuthTokenFactory().user.pk
    for _ in range(OFTEN):
        assert query.fetch_first([pk], connection) == (pk,)
    with context():
        assert query.fetch_first([2**31], connection) is None
        assert query.fetch_first([pk], connection) == (pk,)
    assert is_in_use()


@needs_postgresql
def test_a_new_connection_prepares_again(prepared):
    connection.close()
    assert not prepared_statements()
    assert check_often(prepared) == {False}
    assert prepared_statements()


@needs_postgresql
def test_a_timeout_is_an_outage(prepared):
    run("SET lock_timeout = '20ms'")
    with other_connection() as other, other.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {TABLE}")
        with pytest.raises(RevocationUnavailable):
            get_store().is_revoked(prepared)
    assert is_in_use()


@needs_postgresql
def test_wrappers_and_logs_contain_the_original_statement(prepared):
    seen = []

    def record(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record), CaptureQueriesContext(connection) as captured:
        get_store().is_revoked(prepared)
    ((sql, params),) = seen
    (logged,) = captured.captured_queries
    assert TABLE in sql
    assert prepared.key in params
    assert TABLE in logged["sql"]
    assert prepared.key.hex in logged["sql"]


@needs_postgresql
def test_a_statement_with_a_comment_is_not_prepared(token):
    def comment(execute, sql, params, many, context):
        return execute(f"{sql} /* {token.key} */", params, many, context)

    with connection.execute_wrapper(comment):
        assert check_often(token) == {False}
        services.revoke(token)
        assert check_often(token) == {True}
    assert not prepared_statements()
    RevokedToken.objects.all().delete()
    assert check_often(token) == {False}
    assert is_in_use()


@needs_postgresql
def test_a_prepared_statement_reads_the_tables_of_the_current_schema(prepared):
    schema = "prepared_statements_test"
    run(f"CREATE SCHEMA {schema}", f"CREATE TABLE {schema}.{TABLE} (LIKE public.{TABLE})")
    try:
        services.revoke(prepared)
        assert get_store().is_revoked(prepared)
        run(f"SET search_path TO {schema}, public")
        assert not get_store().is_revoked(prepared)
        run("SET search_path TO public")
        assert get_store().is_revoked(prepared)
    finally:
        run(f"DROP SCHEMA {schema} CASCADE")


def statement(sql, params, *param_indexes):
    return PreparedStatement.create(sql, params, param_indexes)


def test_constants_are_part_of_the_statement():
    found = statement("a = %s AND b LIKE '%%x' AND c = %s AND d = %s", ["k", 1, 1], [1, 2])
    assert found.prepare == f"PREPARE {found.name} AS a = %s AND b LIKE '%%x' AND c = $1 AND d = $1"
    assert found.constants == ["k"]
    assert found.execute == f"EXECUTE {found.name} (%s)"
    assert found.param_indexes == [1]


def test_a_value_that_is_no_parameter_is_left_out():
    found = statement("a = %s AND b = %s", ["k", "l"], [], [1])
    assert found.prepare == f"PREPARE {found.name} AS a = %s AND b = $1"
    assert found.execute == f"EXECUTE {found.name} (%s)"
    assert found.param_indexes == [1]


def test_the_name_depends_on_the_text_and_the_constants():
    found = [
        statement("a = %s", ["k"], [0]),
        statement("b = %s", ["k"], [0]),
        statement("a = %s", ["k"]),
        statement("a = %s", ["l"]),
    ]
    assert len({each.name for each in found}) == 4
    assert statement("a = %s", ["other"], [0]).name == found[0].name
