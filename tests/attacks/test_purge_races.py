"""Purges that run while the expiry of a revocation is extended, and hosts whose clocks differ."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection, connections

from tests.threads import requires_concurrent_connections
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken
from token_revocation.services import _persistence
from token_revocation.testing import make_token
from token_revocation.tokens import TokenRef

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUNDS = 200


def revoke(identifier):
    services.revoke(make_token(identifier=identifier, expires_at=now() + HOUR))


def revoke_identifier(identifier):
    services.revoke_identifiers("contract", [identifier], expires_at=now() + HOUR)


def revoke_many(identifier):
    names = [identifier, f"{identifier}-b"]
    services.revoke_many(make_token(identifier=name, expires_at=now() + HOUR) for name in names)


REVOCATIONS = [revoke, revoke_identifier, revoke_many]


def store_expired(names):
    """Store expired revocations, which a purge may delete before they are extended."""
    long_ago = now() - DAY
    tokens = [make_token(identifier=name) for name in names]
    RevokedToken.objects.bulk_create(
        RevokedToken(key=t.key, kind=t.kind, identifier=t.identifier, expires_at=long_ago)
        for t in tokens
    )


def missing(names):
    tokens = [make_token(identifier=name) for name in names]
    kept = set(RevokedToken.objects.filter(expires_at__gt=now()).values_list("key", flat=True))
    return [token.identifier for token in tokens if token.key not in kept]


@pytest.mark.django_db
@pytest.mark.parametrize("revoke", REVOCATIONS)
@pytest.mark.parametrize("statement", ["UPDATE", "SELECT"])
def test_a_row_that_is_purged_before_its_update_is_inserted(revoke, statement):
    store_expired(["a"])
    purges = iter([partial(RevokedToken.objects.filter(identifier="a").delete)])

    def purge_first(execute, sql, params, many, context):
        answer = None if sql.startswith("UPDATE") else execute(sql, params, many, context)
        # Another transaction cannot delete a row that was read FOR UPDATE.
        if sql.startswith(statement) and "revokedtoken" in sql and "FOR UPDATE" not in sql:
            next(purges, bool)()
        return execute(sql, params, many, context) if sql.startswith("UPDATE") else answer

    with connection.execute_wrapper(purge_first):
        revoke("a")
    assert missing(["a"]) == []


@pytest.mark.django_db
def test_a_row_that_is_inserted_concurrently_after_the_purge_is_extended(monkeypatch):
    store_expired(["a"])
    real = {name: getattr(_persistence, name) for name in ("_postpone_expiry", "lock_row")}
    calls = []

    def replace_first_call(name, result):
        def call(*args):
            calls.append(name)
            return result if calls.count(name) == 1 else real[name](*args)

        monkeypatch.setattr(_persistence, name, call)

    replace_first_call("_postpone_expiry", False)
    replace_first_call("lock_row", None)
    revoke("a")
    assert missing(["a"]) == []


@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
@pytest.mark.parametrize("revoke", REVOCATIONS)
def test_no_revocation_is_lost_to_a_concurrent_purge(revoke):
    names = [f"{number}" for number in range(ROUNDS)]
    store_expired(names)
    start, done = threading.Barrier(2, timeout=30), threading.Event()

    def purge():
        start.wait()
        try:
            while not done.is_set():
                services.purge(batch_size=3)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        purging = pool.submit(purge)
        start.wait()
        try:
            for name in reversed(names):
                revoke(name)
        finally:
            done.set()
        purging.result()
    assert missing(names) == []


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [2, 4])
def test_a_token_is_revoked_on_a_host_whose_clock_is_ahead(settings, minutes):
    pytest.importorskip("rest_framework_simplejwt")
    adapter = "token_revocation.contrib.simplejwt.SimpleJWTAdapter"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}
    token = TokenRef(
        kind="simplejwt", identifier="1", issued_at=now(), expires_at=now() + timedelta(minutes=1)
    )
    with time_machine.travel(now() + timedelta(minutes=minutes)):
        assert services.revoke(token)
    assert services.is_revoked(token)
    with time_machine.travel(now() + timedelta(minutes=20)):
        assert not services.revoke(
            TokenRef(kind="simplejwt", identifier="2", expires_at=now() - HOUR / 5)
        )
