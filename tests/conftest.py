from __future__ import annotations

from functools import partial
from pathlib import Path
from unittest import mock
from weakref import WeakSet

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from tests.callers import CALLERS
from tests.committed_rows import delete_committed_rows
from tests.factories import AuthTokenFactory, UserFactory
from tests.separate_database import RevocationRouter, separate_tables
from tests.signals import capture_signals
from tests.threads import ISOLATION_LEVELS, run_in_threads
from token_revocation.sessions._uses import buffer
from token_revocation.signals import revoked_token_used

# The machine may be busy with other work, so a slow example is no failure.
hypothesis_settings.register_profile("no_deadline", deadline=None)
hypothesis_settings.load_profile("no_deadline")


def pytest_addoption(parser):
    parser.addoption(
        "--except",
        action="append",
        default=[],
        metavar="FILE",
        help="leave out the paths that FILE lists; may be repeated",
    )


def pytest_ignore_collect(collection_path, config):
    path = str(collection_path.relative_to(config.rootpath))
    lists = config.getoption("--except")
    return True if any(path in Path(file).read_text().split() for file in lists) else None


@pytest.fixture(scope="session", autouse=True)
def _delete_committed_rows():
    """Empty the tables in another way after tests that commit.

    Django would delete and create all permissions for each of them.
    """
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", delete_committed_rows):
        yield


@pytest.fixture(autouse=True)
def _clear_cache():
    """Forget the requests of earlier tests, which DRF's throttles count in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def _reset_admin_sites(monkeypatch):
    """Hide the admin sites of earlier tests, which live until they are garbage-collected."""
    monkeypatch.setattr("django.contrib.admin.sites.all_sites", WeakSet([admin.site]))


@pytest.fixture(autouse=True)
def _reset_databases_seen(monkeypatch):
    """Forget the databases behind the aliases, which some tests change."""
    monkeypatch.setattr("token_revocation._tenants._locations", {})
    monkeypatch.setattr("token_revocation._tenants._changed_aliases", set())


@pytest.fixture(autouse=True)
def _reset_uses():
    """Drop uses of tokens of earlier tests, which wait to be recorded."""
    buffer.clear()


@pytest.fixture
def separate_database(settings):
    """Route revocations and sessions to a database of their own."""
    settings.DATABASE_ROUTERS = [f"{RevocationRouter.__module__}.RevocationRouter"]
    with separate_tables():
        yield


@pytest.fixture(params=CALLERS.values(), ids=CALLERS)
def _callers(request, monkeypatch):
    """Call the ``services`` of the module as functions, then from a coroutine."""
    monkeypatch.setattr(request.module, "services", request.param)


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def token(user):
    """An ``authtoken`` of ``user``."""
    return AuthTokenFactory(user=user)


@pytest.fixture
def api_client():
    """An anonymous client: it sends no credentials."""
    return APIClient()


@pytest.fixture
def holder(token):
    """A client that sends ``token``."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


@pytest.fixture
def client_of():
    """Make a client that sends the given token."""

    def make(raw, scheme="Token"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"{scheme} {raw}")
        return client

    return make


@pytest.fixture
def revoked_token_uses():
    """The arguments of each ``revoked_token_used`` signal of the test."""
    with capture_signals(revoked_token_used) as uses:
        yield uses


@pytest.fixture(params=ISOLATION_LEVELS)
def run_isolated(request):
    """Call a function in ``THREADS`` threads of the module, at each isolation level."""
    return partial(run_in_threads, threads=request.module.THREADS, level=request.param)
