"""Cached results belong to one tenant, and nothing is cached if the tenant is unknown."""

from __future__ import annotations

import pytest
from django.db import connection, connections

from token_revocation import _tenants
from token_revocation._checks import check_token_revocation
from token_revocation._tenants import current_scope, has_schemas, switches_schemas, watch_schema

CACHED = "token_revocation.stores.cached.CachedStore"
NOT_CALLABLE = "not a function"

requires_schemas = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="schemas and search paths are PostgreSQL's"
)


def first():
    return "first"


def numbered():
    return 7


def nowhere():
    return None


def failing():
    raise LookupError("no tenant here")


def set_hook(settings, name):
    settings.TOKEN_REVOCATION = {"TENANT": f"{__name__}.{name}"}


class SchemaMiddleware:
    """Sets the search_path."""


@pytest.fixture(autouse=True)
def _clear_state():
    has_schemas.cache_clear()
    yield
    _tenants._changed_aliases.clear()
    _tenants._locations.clear()
    has_schemas.cache_clear()


def test_without_tenants_the_scope_is_the_database():
    assert current_scope("other") == ("other", "")


@pytest.mark.parametrize(("name", "expected"), [("first", "first"), ("numbered", "7")])
def test_the_hook_names_the_tenant(settings, name, expected):
    set_hook(settings, name)
    assert current_scope("default") == ("default", expected)


@pytest.mark.parametrize("name", ["nowhere", "failing", "missing"])
def test_without_a_tenant_nothing_is_cached(settings, name):
    set_hook(settings, name)
    assert current_scope("default") is None


def test_a_hook_that_fails_is_logged(settings, caplog):
    set_hook(settings, "failing")
    current_scope("default")
    assert "no tenant here" in caplog.text


@pytest.mark.parametrize("statement", ["USE other", "use `other`", "SET SCHEMA 'a'"])
def test_a_statement_that_selects_a_schema_disables_caching(statement, caplog):
    run(statement)
    run(statement)
    assert current_scope("default") is None
    assert current_scope("other") == ("other", "")
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("statement", "params"),
    [
        ("SET search_path TO a", ()),
        ("  set local SEARCH_PATH = a", ()),
        ("SELECT set_config(%s, %s, false)", ["search_path", "a"]),
        ("SELECT set_config(%(name)s, 'a', false)", {"name": "search_path"}),
        (["SET ", "search_path", "a"], None),
    ],
)
def test_a_statement_that_sets_the_search_path_disables_caching(statement, params):
    run(statement, params)
    assert current_scope("default") is None


@pytest.mark.parametrize("statement", ["SELECT set_config('a', %s, false)", "SET TIME ZONE 'UTC'"])
def test_other_statements_do_not_disable_caching(statement):
    run(statement, ["x"])
    assert current_scope("default") == ("default", "")


def test_the_hook_takes_precedence_over_the_schema(settings, caplog):
    set_hook(settings, "first")
    run("SET search_path TO a")
    assert current_scope("default") == ("default", "first")
    assert not caplog.records


@requires_schemas
@pytest.mark.django_db
def test_statements_of_every_connection_are_checked():
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO public")
    assert current_scope("default") is None
    delattr(connection, _tenants.SCHEMA_CHANGED)


def test_the_wrapper_is_added_once():
    class Connection:
        alias = "default"
        vendor = "postgresql"
        execute_wrappers = ["a project's own"]  # noqa: RUF012

    watch_schema(connection=Connection)
    watch_schema(connection=Connection)
    assert Connection.execute_wrappers == [_tenants._detect_switch, "a project's own"]


def test_no_wrapper_is_added_on_sqlite():
    class Connection:
        alias = "default"
        vendor = "sqlite"
        execute_wrappers = []  # noqa: RUF012

    watch_schema(connection=Connection)
    assert Connection.execute_wrappers == []


def test_a_database_backend_with_schemas_is_recognized_by_its_methods(monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "set_schema", None, raising=False)
    assert current_scope("default") is None


def test_a_database_backend_with_schemas_is_recognized_by_its_source(monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "__module__", __name__)
    assert has_schemas("default")


@pytest.mark.parametrize("module", ["token_revocation.conf", "builtins", "no.such.module"])
def test_other_modules_do_not_switch_schemas(module):
    assert not switches_schemas(module)


def found_ids(settings, **options):
    settings.TOKEN_REVOCATION = options
    return [m.id for m in check_token_revocation() if "E08" in m.id]


@pytest.mark.parametrize("path", ["nowhere.tenant", f"{__name__}.NOT_CALLABLE", 7])
def test_a_hook_that_cannot_be_called_is_an_error(settings, path):
    assert found_ids(settings, TENANT=path) == ["token_revocation.E080"]


@pytest.mark.parametrize("name", ["MIDDLEWARE", "DATABASE_ROUTERS"])
def test_code_that_switches_schemas_without_a_hook_is_an_error(settings, name):
    setattr(settings, name, [f"{__name__}.SchemaMiddleware", *getattr(settings, name)])
    assert found_ids(settings, STORE=CACHED) == ["token_revocation.E081"]
    assert found_ids(settings, STORE=CACHED, TENANT=f"{__name__}.first") == []
    assert found_ids(settings) == []


def test_a_backend_that_switches_schemas_without_a_hook_is_an_error(settings, monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "set_tenant", None, raising=False)
    found = found_ids(settings, STORE=CACHED)
    assert found == ["token_revocation.E081"] * len(list(connections))


@pytest.mark.parametrize("part", ["NAME", "HOST", "PORT"])
def test_an_alias_with_another_database_disables_caching(monkeypatch, caplog, part):
    assert current_scope("default") == ("default", "")
    with monkeypatch.context() as patch:
        patch.setitem(connections["default"].settings_dict, part, "other")
        assert current_scope("default") is None
    assert current_scope("default") is None
    assert current_scope("other") == ("other", "")
    assert len(caplog.records) == 1


def test_a_connection_with_other_settings_disables_caching(monkeypatch):
    current_scope("default")
    found = connections["default"]
    watch_schema(connection=found)
    assert current_scope("default") == ("default", "")
    monkeypatch.setattr(found, "settings_dict", {**found.settings_dict, "NAME": "other"})
    watch_schema(connection=found)
    assert current_scope("default") is None


def test_a_hook_does_not_enable_caching_for_an_alias_with_another_database(settings, monkeypatch):
    set_hook(settings, "first")
    current_scope("default")
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", "other")
    assert current_scope("default") is None


@pytest.mark.parametrize("options", [{}, {"TENANT": f"{__name__}.first"}])
def test_code_that_changes_the_database_of_an_alias_is_an_error(settings, options):
    settings.MIDDLEWARE = ["tests.tenant_middleware.TenantDatabaseMiddleware"]
    assert found_ids(settings, STORE=CACHED, **options) == ["token_revocation.E082"]
    assert found_ids(settings, **options) == []


def run(statement, params=()):
    """Pass ``statement`` to the wrapper, but not to the database, which may not support it."""
    alias = connections["default"]
    _tenants._detect_switch(lambda *args: None, statement, params, False, {"connection": alias})


@pytest.fixture(autouse=True)
def _reset_connection():
    yield
    vars(connections["default"]).pop(_tenants.SCHEMA_CHANGED, None)
