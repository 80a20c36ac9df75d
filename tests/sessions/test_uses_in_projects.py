"""Uses of tokens in projects with tenants, asynchronous views, and fixtures."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories import AuthTokenFactory, UserFactory
from tests.pages import ROOT
from tests.separate_database import REVOCATION_DATABASE, RevocationRouter, separate_tables
from tests.sessions.test_uses import BROWSER, make_ref
from token_revocation import _tenants
from token_revocation.sessions import _use_batches, _uses
from token_revocation.sessions.models import TokenSession, UserAgent

pytestmark = pytest.mark.django_db(transaction=True)

SCHEMA = "tenant_of_uses"


def current_tenant():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


@pytest.fixture
def select_schema():
    """Create a tenant with sessions of its own, and select the schema of a tenant."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL has schemas.")
    tables = [model._meta.db_table for model in (TokenSession, UserAgent)]
    statements = [f"CREATE TABLE {SCHEMA}.{t} (LIKE public.{t} INCLUDING ALL)" for t in tables]

    def select(*schemas):
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {', '.join(schemas)}")

    with connection.cursor() as cursor:
        for statement in (f"CREATE SCHEMA {SCHEMA}", *statements):
            cursor.execute(statement)
    yield select
    select("public")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    vars(connection).pop(_tenants.SCHEMA_CHANGED, None)


def test_uses_are_stored_in_the_schema_of_their_tenant(user, settings, select_schema):
    settings.TOKEN_REVOCATION = {"TENANT": f"{__name__}.current_tenant"}
    select_schema(SCHEMA, "public")
    _uses.buffer.observe(make_ref(user), None)
    select_schema("public")  # A middleware has left the tenant before the response was sent.
    _uses.buffer.store_due()
    assert current_tenant() == "public"
    assert not TokenSession.objects.exists()
    select_schema(SCHEMA, "public")
    assert TokenSession.objects.count() == 1


def test_uses_of_an_unknown_tenant_are_not_recorded(user, settings):
    settings.TOKEN_REVOCATION = {"TENANT": "builtins.dict.fromkeys"}
    _uses.buffer.observe(make_ref(user), None)
    assert _uses.buffer._batches == {}


def test_connection_is_switched_to_the_tenant_and_back(user, monkeypatch):
    selected = []
    names = iter(["tenant", "public"])

    def make_selector(connection):
        return partial(lambda name, connection: selected.append(name), next(names))

    monkeypatch.setattr(_uses, "current_scope", lambda using: (using, "tenant"))
    monkeypatch.setattr(_use_batches, "schema_selector", make_selector)
    _uses.buffer.observe(make_ref(user), None)
    _uses.buffer.store_due()
    assert selected == ["tenant", "public"]
    monkeypatch.setattr(_uses, "current_scope", lambda using: None)
    _uses.record_uses()
    assert TokenSession.objects.count() == 1


def test_tenants_that_wait_are_bounded(user, monkeypatch):
    monkeypatch.setattr(_uses, "MAX_TENANTS", 2)
    for name in "abc":
        monkeypatch.setattr(_uses, "current_scope", lambda using, name=name: (using, name))
        monkeypatch.setattr(
            _use_batches, "schema_selector", lambda connection: _use_batches.keep_schema
        )
        _uses.buffer.observe(make_ref(user), None)
    assert [tenant for _, tenant in _uses.buffer._batches] == ["a", "b"]


def test_asynchronous_server_records_uses(async_client, token):
    from asgiref.sync import async_to_sync

    headers = {"AUTHORIZATION": f"Token {token.key}", "USER-AGENT": "curl/8"}
    response = async_to_sync(async_client.get)("/protected/", headers=headers)
    assert response.status_code == 200
    assert TokenSession.objects.get().user_agent.text == "curl/8"


EXITING_PROCESS = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from tests.factories import AuthTokenFactory
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.sessions._uses import buffer
buffer.observe(AuthTokenAdapter().identify(AuthTokenFactory()), None)
print(connection.settings_dict["NAME"])
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="The process needs its own database.")
def test_process_that_ends_stores_its_uses():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-W", "ignore", "-c", EXITING_PROCESS]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    path = Path(result.stdout.strip())
    try:
        with closing(sqlite3.connect(path)) as database:
            table = TokenSession._meta.db_table
            counted = database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        assert counted == (1,), result.stderr
    finally:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()


def test_sessions_can_be_dumped_and_loaded(client_of, tmp_path):
    client_of(AuthTokenFactory().key).get("/protected/", **BROWSER)
    models = ["auth.User", "authtoken", "token_sessions"]
    out = StringIO()
    call_command("dumpdata", *models, "--natural-foreign", stdout=out)
    fixture = tmp_path / "fixture.json"
    fixture.write_text(out.getvalue())
    names = ("id", "kind", "user_ref", "user_agent", "ip_address", "current_key")
    before = TokenSession.objects.values(*names).get()
    call_command("flush", "--no-input", stdout=StringIO())
    call_command("loaddata", fixture, stdout=StringIO())
    assert TokenSession.objects.values(*names).get() == before
    assert UserAgent.objects.count() == 1


def test_last_uses_are_updated_in_place(user):
    if connection.vendor != "postgresql":
        pytest.skip("The statistics are those of PostgreSQL.")
    from datetime import timedelta

    from token_revocation.sessions._use_records import Use, store_uses

    refs = [make_ref(user) for _ in range(10)]
    first = {ref.key: Use(ref, ref.issued_at, _uses.describe_client(None)) for ref in refs}
    store_uses(first, "default")
    before = hot_updates()
    for number in range(1, 4):
        later = {
            k: u._replace(used_at=u.used_at + number * timedelta(hours=1)) for k, u in first.items()
        }
        store_uses(later, "default")
    updates, hot = (after - start for after, start in zip(hot_updates(), before, strict=True))
    # A row moves if its page is full, which depends on what other tests have left there.
    assert updates == 30
    assert hot >= 27


def hot_updates():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s",
            [TokenSession._meta.db_table],
        )
        return cursor.fetchone()


def test_uses_of_oauth_views_are_recorded(settings):
    pytest.importorskip("oauth2_provider")
    from tests.sessions.test_endpoints_of_kinds import ADAPTERS, log_in_with_oauth
    from token_revocation import services
    from token_revocation.contrib.oauth2_provider._session_limits import is_active

    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTERS["oauth2_provider"]]}
    raw = log_in_with_oauth(UserFactory())
    from oauth2_provider.models import AccessToken

    assert is_active(AccessToken.objects.get(token=raw), sender=None)
    _uses.record_uses()
    token = services.resolve(raw)
    assert TokenSession.objects.get().client_id == token.subject("client").id


@pytest.mark.django_db(transaction=True, databases=["default", REVOCATION_DATABASE])
def test_sessions_are_stored_with_the_revocations(user, settings):
    settings.DATABASE_ROUTERS = [RevocationRouter()]
    _uses.buffer.observe(make_ref(user), None)
    with separate_tables():
        _uses.buffer.store_due()
        assert TokenSession.objects.using(REVOCATION_DATABASE).count() == 1
        user.delete()
    assert not TokenSession.objects.using(REVOCATION_DATABASE).exists()
