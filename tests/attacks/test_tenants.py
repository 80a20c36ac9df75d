"""Tenants with the same primary keys share no tokens and no revocations."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.attacks import tenants
from tests.attacks.tenants import TENANTS, in_schema, routed_to
from tests.authentication.requests import request_with
from token_revocation import _tenants as scopes
from token_revocation import services
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked
from token_revocation.stores import _authentication_cache, get_store
from token_revocation.stores.cached import CachedStore

STORES = {
    "database": ("token_revocation.stores.database.DatabaseStore", {}),
    "cached": ("token_revocation.stores.cached.CachedStore", {"timeout": 3600.0}),
    "snapshot": ("token_revocation.stores.snapshot.SnapshotStore", {"refresh_every": 0.2}),
}
HOOK = f"{tenants.__name__}.current_tenant"

pytestmark = pytest.mark.django_db(transaction=True, databases=TENANTS)


@pytest.fixture(params=STORES)
def store(request, settings):
    path, options = STORES[request.param]
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": request.param}}

    def configure(**overrides):
        settings.TOKEN_REVOCATION = {
            "STORE": path,
            "STORE_OPTIONS": options,
            "AUTHENTICATION_CACHE_TTL": timedelta(minutes=1),
            **overrides,
        }
        _authentication_cache.authentication_cache.clear()
        return get_store()

    yield configure
    settings.TOKEN_REVOCATION = {}


@pytest.fixture(params=["router", "schema", "schema without a hook"])
def serving(request, store, settings):
    """Serve the tenant of the given name while a block runs."""
    if request.param == "router":
        settings.DATABASE_ROUTERS = [f"{tenants.__name__}.TenantRouter"]
        store()
        yield routed_to
        return
    if connection.vendor != "postgresql":
        pytest.skip("schemas and search paths are PostgreSQL's")
    store(**({"TENANT": HOOK} if request.param == "schema" else {}))
    tenants.drop_schemas()
    tenants.create_schemas()
    yield in_schema
    get_store().close()
    tenants.drop_schemas()
    connections.close_all()
    vars(connection).pop(scopes.SCHEMA_CHANGED, None)
    scopes._changed_aliases.clear()
    scopes._locations.clear()


@pytest.fixture
def tokens(serving):
    """A token for each tenant, both of a user with the primary key 1."""
    made = {}
    for tenant in TENANTS:
        with serving(tenant):
            user = get_user_model().objects.create(pk=1, username=tenant)
            made[tenant] = Token.objects.create(user=user).key
    return made


def authenticate(key):
    try:
        user, _ = RevocableTokenAuthentication().authenticate(request_with(f"Token {key}"))
    except TokenRevoked:
        return "revoked"
    except AuthenticationFailed:
        return "unknown"
    return user.username


def load_snapshots(serving, tokens):
    """Authenticate until the snapshot is trusted, if the store has one."""
    for tenant in TENANTS:
        with serving(tenant):
            for _ in range(100):
                assert authenticate(tokens[tenant]) == tenant
                if get_store().status().get("trusted", True) or is_cache_disabled():
                    break
                time.sleep(0.05)


def is_cache_disabled():
    return scopes.current_scope("default") is None


@pytest.fixture
def in_other_process(monkeypatch):
    """Call a function as another process would: only a shared cache is invalidated."""

    def run(revoke):
        with monkeypatch.context() as patch:
            patch.setattr(
                _authentication_cache.AuthenticationCache, "invalidate", lambda *args: None
            )
            if not isinstance(get_store(), CachedStore):
                patch.setattr(type(get_store()), "invalidate", lambda *args: None)
            revoke()

    return run


def authenticate_at_each(serving, tokens):
    """Authenticate with the token of each tenant."""
    found = {}
    for tenant in TENANTS:
        with serving(tenant):
            found[tenant] = authenticate(tokens[tenant])
    return found


def test_a_token_of_one_tenant_is_unknown_to_the_other(serving, tokens):
    load_snapshots(serving, tokens)
    for tenant, other in (TENANTS, TENANTS[::-1]):
        with serving(other):
            assert authenticate(tokens[tenant]) == "unknown"
            assert authenticate(tokens[other]) == other
            assert get_store().status().get("trusted") in (None, not is_cache_disabled())


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_revocation_in_another_process_affects_one_tenant(
    serving, tokens, tenant, in_other_process
):
    load_snapshots(serving, tokens)
    with serving(tenant):
        in_other_process(services.revoke_everyone)
    if get_store().status().get("refreshing"):
        time.sleep(get_store().staleness_bound + 0.2)
    expected = {each: each for each in TENANTS} | {tenant: "revoked"}
    assert authenticate_at_each(serving, tokens) == expected
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(authenticate_at_each, serving, tokens).result() == expected
        pool.submit(connections.close_all).result()


def test_a_revocation_affects_one_tenant_immediately(serving, tokens):
    load_snapshots(serving, tokens)
    with serving("other"):
        services.revoke_everyone()
    assert authenticate_at_each(serving, tokens) == {"default": "default", "other": "revoked"}
