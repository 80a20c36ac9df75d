"""Concurrent calls at each transaction isolation level: none fails, and results agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from tests.threads import requires_concurrent_connections, requires_isolation_levels
from token_revocation import services
from token_revocation.clock import now
from token_revocation.models import RevokedToken
from token_revocation.standards.status_list._allocation import status_claim, update_listing
from token_revocation.testing import make_token
from token_revocation.tokens import Subject, name_key

THREADS = 8
ROUNDS = 3

pytestmark = [
    pytest.mark.django_db(transaction=True),
    requires_concurrent_connections,
    requires_isolation_levels,
]


def session_token():
    subjects = (Subject.user(1), Subject.session(name_key("session", repr(now())).hex))
    return make_token(subjects=subjects, expires_at=now() + timedelta(days=1))


@pytest.fixture
def token():
    return session_token()


@pytest.mark.parametrize("_", range(ROUNDS))
def test_a_reused_refresh_token_revokes_its_session(run_isolated, token, _):
    child = replace(token, identifier="child")
    rotations = run_isolated(lambda: services.rotate(token, child))
    assert Counter(rotation is not None for rotation in rotations) == {True: 1, False: THREADS - 1}
    assert services.is_revoked(child)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_retries_within_the_grace_period_get_the_same_rotation(run_isolated, token, _, settings):
    settings.TOKEN_REVOCATION = {"REFRESH_GRACE_PERIOD": timedelta(minutes=1)}
    child = replace(token, identifier="child")
    rotations = run_isolated(lambda: services.rotate(token, child))
    assert Counter(rotation.is_first_use for rotation in rotations) == {True: 1, False: THREADS - 1}
    assert len({rotation.rotated_at for rotation in rotations}) == 1
    assert not services.is_revoked(child)


@pytest.mark.parametrize("_", range(ROUNDS))
def test_one_of_several_calls_revokes(run_isolated, token, _):
    answers = run_isolated(lambda: services.revoke(token))
    assert Counter(answers) == {True: 1, False: THREADS - 1}
    assert services.is_revoked(token)


def test_tokens_of_several_calls_are_revoked_once(run_isolated):
    tokens = [make_token() for _ in range(20)]
    assert sum(run_isolated(lambda: services.revoke_many(tokens))) == len(tokens)
    assert RevokedToken.objects.count() == len(tokens)


def test_an_explicit_revocation_replaces_a_rotation(run_isolated, token):
    services.rotate(token, replace(token, identifier="child"))
    run_isolated(lambda: services.revoke(token, reason="theft"))
    assert RevokedToken.objects.get(key=token.key).reason == "theft"


@pytest.mark.parametrize(
    "revoke",
    [
        lambda token: services.log_out(token),
        lambda token: services.revoke_session(token.subject("session").id),
        lambda token: services.revoke_all(get_user_model()(pk=1)),
        lambda token: services.revoke_everyone(),
        lambda token: services.revoke_identifiers(
            token.kind, [token.identifier, "x"], issuer=token.issuer
        ),
        lambda token: services.record_deletion(token),
    ],
)
def test_concurrent_revocations_all_succeed(run_isolated, token, revoke):
    run_isolated(lambda: revoke(token))
    assert services.is_revoked(token)


def test_concurrent_restores_all_succeed(run_isolated, token):
    services.revoke(token)
    row = RevokedToken.objects.get()
    assert Counter(run_isolated(lambda: services.restore(row))) == {True: 1, False: THREADS - 1}


KINDS = {
    "authtoken": "token_revocation.contrib.authtoken.AuthTokenAdapter",
    "knox": "token_revocation.contrib.knox.KnoxAdapter",
}


@pytest.mark.parametrize("kind", KINDS)
def test_concurrent_logins_all_succeed(run_isolated, kind, user, settings):
    if kind == "knox":
        pytest.importorskip("knox")
    settings.TOKEN_REVOCATION = {"ADAPTERS": [KINDS[kind]]}
    issued = run_isolated(lambda: services.issue(user))
    assert all(services.resolve(each.raw) == each.ref for each in issued)


def test_concurrent_logins_after_a_logout_get_valid_tokens(run_isolated, user):
    services.issue(user)
    services.revoke_all(user)
    issued = run_isolated(lambda: services.issue(user))
    assert not any(services.is_revoked(each.ref) for each in issued)


@pytest.mark.urls("tests.standards.urls")
def test_each_token_gets_a_status_list_index_of_its_own(run_isolated):
    def allocate():
        token = session_token()
        claim = status_claim(token)["status_list"]
        update_listing(token.key, token.key, token)
        return claim["uri"], claim["idx"]

    indices = [*run_isolated(allocate), *run_isolated(allocate)]
    assert len(set(indices)) == 2 * THREADS


@pytest.fixture
def read_level():
    """Ask the database for the isolation level of the connection."""
    sql = {"postgresql": "SHOW transaction_isolation", "mysql": "SELECT @@tx_isolation"}

    def read():
        with connection.cursor() as cursor:
            cursor.execute(sql[connection.vendor])
            return cursor.fetchone()[0].upper().replace("-", " ")

    return read


def test_the_database_has_the_isolation_level_of_the_test(run_isolated, read_level, request):
    level = request.node.callspec.params["run_isolated"]
    assert set(run_isolated(read_level)) == {level}
