"""Sessions of tokens whose login was not seen: recorded after the response to a first use."""

from __future__ import annotations

import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from timeit import repeat

import pytest
import time_machine
from django.core.signals import request_finished
from django.db import OperationalError, connection, connections, transaction

from tests.queries import capture_queries
from tests.sessions.test_endpoints_of_kinds import ADAPTERS, LOGINS, Device
from tests.sessions.urls import INSTALLED
from token_revocation import _observed_uses, services
from token_revocation.clock import database_now, host_clock, now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.sessions import _use_batches, _uses
from token_revocation.sessions._receivers import store_uses
from token_revocation.sessions.models import TokenSession, UserAgent
from token_revocation.sessions.services import record_uses

BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11)", "REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def after_responses(transactional_db):
    """Record uses after responses, as outside of tests."""


@pytest.fixture
def clock():
    """Set the clock, also that of the database and of intervals."""
    with host_clock(), time_machine.travel(database_now("default"), tick=False) as traveller:
        yield traveller


def later(clock, monkeypatch, **duration):
    clock.shift(timedelta(**duration))
    seconds = timedelta(**duration).total_seconds()
    before = _uses.monotonic
    monkeypatch.setattr(_uses, "monotonic", lambda: before() + seconds)


def get_writes(call):
    return [sql for sql in capture_queries(call) if not sql.startswith(("SELECT", "(SELECT"))]


@pytest.mark.usefixtures("after_responses")
@pytest.mark.parametrize(("kind", "scheme", "log_in"), LOGINS)
def test_first_use_of_each_kind_is_recorded(user, settings, kind, scheme, log_in):
    if kind not in INSTALLED:
        pytest.skip("The package is not installed.")
    settings.ROOT_URLCONF = "tests.sessions.urls"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTERS[kind]]}
    raw = log_in(user)
    TokenSession.objects.all().delete()
    device = Device(kind, scheme, raw)
    assert device.client.get(f"/{kind}/protected/", **BROWSER).status_code == 200
    row = TokenSession.objects.get()
    token = services.resolve(raw)
    assert (row.kind, row.user_ref, row.created_at) == (token.kind, str(user.pk), token.issued_at)
    assert (row.user_agent.text, row.ip_address) == tuple(BROWSER.values())
    assert row.has_tokens_with_session == (token.subject("session") is not None)
    client = token.subject("client")
    assert row.client_id == (client.id if client else "")


@pytest.mark.usefixtures("after_responses")
def test_next_use_costs_no_query(holder):
    holder.get("/protected/")
    queries = capture_queries(lambda: holder.get("/protected/"))
    assert [sql for sql in queries if "token_sessions" in sql] == []
    assert TokenSession.objects.count() == 1


@pytest.mark.usefixtures("after_responses")
def test_last_use_is_recorded_every_five_minutes(holder, clock, monkeypatch):
    holder.get("/protected/")
    first = TokenSession.objects.get().last_used_at
    later(clock, monkeypatch, minutes=4)
    assert get_writes(lambda: holder.get("/protected/")) == []
    later(clock, monkeypatch, minutes=1, seconds=1)
    (update,) = get_writes(lambda: holder.get("/protected/"))
    assert "purge_after" not in update
    row = TokenSession.objects.get()
    assert row.last_used_at - first == timedelta(minutes=5, seconds=1)


@pytest.mark.usefixtures("after_responses")
def test_other_process_has_recorded_the_use(holder, clock, monkeypatch):
    holder.get("/protected/")
    later(clock, monkeypatch, minutes=6)
    TokenSession.objects.update(last_used_at=now())
    assert get_writes(lambda: holder.get("/protected/")) == []


@pytest.mark.usefixtures("after_responses")
def test_later_expiry_is_recorded_with_the_use(user, clock, monkeypatch):
    first, extended = now() + timedelta(hours=1), now() + timedelta(hours=2)
    ref = make_ref(user, expires_at=first)
    for ref_of_use in (ref, make_ref(user, expires_at=extended)):
        _uses.buffer.observe(ref_of_use, None)
        record_uses()
        later(clock, monkeypatch, minutes=6)
    row = TokenSession.objects.get()
    assert (row.expires_at, row.purge_after) == (extended, first)


@pytest.mark.usefixtures("after_responses")
def test_use_of_a_token_that_was_revoked_since_is_not_recorded(user):
    ref = make_ref(user)
    _uses.buffer.observe(ref, None)
    services.revoke(ref)
    record_uses()
    assert not TokenSession.objects.exists()


@pytest.mark.usefixtures("after_responses")
def test_use_of_a_deleted_user_is_not_recorded(user):
    _uses.buffer.observe(make_ref(user), None)
    type(user)._base_manager.filter(pk=user.pk)._raw_delete("default")
    record_uses()
    assert not TokenSession.objects.exists()


@pytest.mark.usefixtures("after_responses")
def test_ended_session_is_not_changed(holder, clock, monkeypatch):
    holder.get("/protected/")
    TokenSession.objects.update(ended_at=now(), end_reason="logout")
    later(clock, monkeypatch, minutes=6)
    assert get_writes(lambda: holder.get("/protected/")) == []


@pytest.mark.usefixtures("after_responses")
def test_access_token_of_a_rotating_session_writes_nothing(user, settings, clock, monkeypatch):
    pytest.importorskip("rest_framework_simplejwt")
    device = make_jwt_device(user, settings, ROTATE_REFRESH_TOKENS=True)
    device.client.get("/simplejwt/protected/", **BROWSER)
    TokenSession.objects.update(current_key="a" * 32)  # As after a refresh.
    later(clock, monkeypatch, minutes=6)
    assert get_writes(lambda: device.client.get("/simplejwt/protected/", **BROWSER)) == []


@pytest.mark.usefixtures("after_responses")
def test_access_token_without_rotation_records_its_use(user, settings, clock, monkeypatch):
    pytest.importorskip("rest_framework_simplejwt")
    device = make_jwt_device(user, settings, ROTATE_REFRESH_TOKENS=False)
    device.client.get("/simplejwt/protected/", **BROWSER)
    later(clock, monkeypatch, minutes=4, seconds=59)
    assert get_writes(lambda: device.client.get("/simplejwt/protected/", **BROWSER)) == []
    later(clock, monkeypatch, seconds=2)
    assert len(get_writes(lambda: device.client.get("/simplejwt/protected/", **BROWSER))) == 1


def make_jwt_device(user, settings, **simplejwt):
    from tests.sessions.test_endpoints_of_kinds import log_in_with_jwt

    settings.SIMPLE_JWT = {**simplejwt, "ACCESS_TOKEN_LIFETIME": timedelta(hours=1)}
    settings.ROOT_URLCONF = "tests.sessions.urls"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [ADAPTERS["simplejwt"]]}
    return Device("simplejwt", "Bearer", log_in_with_jwt(user))


@pytest.mark.usefixtures("after_responses")
def test_metadata_of_a_login_that_was_not_seen_is_filled_in(holder, token):
    from token_revocation.sessions._records import record_session

    record_session(AuthTokenAdapter().identify(token), using="default")
    holder.get("/protected/", **BROWSER)
    holder.get("/protected/", REMOTE_ADDR="192.0.2.8", HTTP_USER_AGENT="other")
    row = TokenSession.objects.get()
    assert (row.user_agent.text, row.ip_address) == tuple(BROWSER.values())
    assert [agent.text for agent in UserAgent.objects.all()] == [BROWSER["HTTP_USER_AGENT"]]


@pytest.mark.usefixtures("after_responses")
def test_failing_database_is_logged_once_and_paused(holder, caplog, clock, monkeypatch):
    with connection.execute_wrapper(fail_on("token_sessions")):
        assert [holder.get("/protected/").status_code for _ in range(5)] == [200] * 5
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 1
    holder.get("/protected/")
    assert not TokenSession.objects.exists()
    later(clock, monkeypatch, seconds=_uses.RETRY_SECONDS)
    holder.get("/protected/")
    assert TokenSession.objects.count() == 1


@pytest.mark.usefixtures("after_responses")
def test_unexpected_error_is_logged_and_no_error_of_the_request(holder, caplog, monkeypatch):
    monkeypatch.setattr(_uses, "describe_client", None)
    assert [holder.get("/protected/").status_code for _ in range(2)] == [200] * 2
    assert [record.message for record in caplog.records] == [
        "The use of a token could not be noted."
    ]


@pytest.mark.usefixtures("after_responses")
def test_unexpected_error_after_a_response_is_logged(holder, caplog, monkeypatch):
    monkeypatch.setattr(_use_batches, "store_uses", None)
    assert [holder.get("/protected/").status_code for _ in range(2)] == [200] * 2
    assert [record.message for record in caplog.records] == [
        "The uses of tokens could not be stored."
    ]
    _uses.buffer.store_current("default")


@pytest.mark.usefixtures("after_responses")
def test_missing_tables_are_not_logged(holder, caplog):
    with connection.execute_wrapper(fail_on("token_sessions", "no such table: x")):
        holder.get("/protected/")
    assert [r for r in caplog.records if r.levelno >= logging.INFO] == []


def test_use_in_a_test_waits_for_the_service(holder):
    queries = capture_queries(lambda: holder.get("/protected/"))
    assert [sql for sql in queries if "token_sessions" in sql] == []
    record_uses()
    assert TokenSession.objects.count() == 1


@pytest.mark.usefixtures("after_responses")
def test_rollback_drops_uses_that_wait(holder, token):
    with transaction.atomic():
        holder.get("/protected/")
        transaction.set_rollback(True)
    record_uses()
    assert not TokenSession.objects.exists()


@pytest.mark.usefixtures("after_responses")
def test_uses_of_other_databases_are_dropped(holder, monkeypatch):
    """After the tests of a project, the alias leads to another database."""
    with transaction.atomic():
        holder.get("/protected/")
        (batch,) = _uses.buffer._batches.values()
    batch.database = "database of the tests"
    _uses.buffer.store_all()
    assert not TokenSession.objects.exists()


@pytest.mark.usefixtures("after_responses")
def test_bursts_are_stored_in_batches(user, monkeypatch):
    stored = []
    monkeypatch.setattr(_uses.buffer, "_allowed_at", _uses.monotonic())
    monkeypatch.setattr(_use_batches, "store_uses", lambda uses, using: stored.append(len(uses)))
    for _ in range(100):
        _uses.buffer.observe(make_ref(user), None)
        store_uses()
    assert len(stored) <= _uses.MAX_BURST + 2
    _uses.buffer.store_all()
    assert sum(stored) == 100


def test_memory_is_bounded(user, monkeypatch):
    monkeypatch.setattr(_uses, "MAX_PENDING", 5)
    monkeypatch.setattr(_uses, "MAX_SEEN", 3)
    for _ in range(10):
        _uses.buffer.observe(make_ref(user), None)
    (batch,) = _uses.buffer._batches.values()
    assert len(batch.uses) == 5
    _uses.buffer._mark(batch)
    assert len(_uses.buffer._due) == 3


@pytest.mark.usefixtures("after_responses")
def test_concurrent_first_uses_make_one_row(user):
    refs = [make_ref(user) for _ in range(5)]

    def use_all(_):
        try:
            buffer = _uses.UseBuffer()
            for ref in refs:
                buffer.observe(ref, None)
            buffer.store_current("default")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use_all, range(8)))
    assert TokenSession.objects.count() == len(refs)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="The system cannot fork.")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_child_process_leaves_uses_to_its_parent(user):
    _uses.buffer.observe(make_ref(user), None)
    pid = os.fork()
    if pid == 0:  # pragma: no cover - in the child
        os._exit(len(_uses.buffer._batches))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert len(_uses.buffer._batches) == 1


def test_receiver_of_finished_requests_is_connected():
    assert store_uses in [ref() for _, ref, *_ in request_finished.receivers]


def test_common_request_takes_a_few_microseconds(user):
    if sys.gettrace():
        pytest.skip("A tracer slows each line down.")
    ref = make_ref(user)
    _uses.buffer._due[ref.key] = float("inf")
    seconds = min(repeat(lambda: _uses.buffer.observe(ref, None), number=10_000, repeat=20))
    assert seconds / 10_000 < 5e-6


def fail_on(text, message="the server closed the connection"):
    def execute(execute, sql, params, many, context):
        if text in sql:
            raise OperationalError(message)
        return execute(sql, params, many, context)

    return execute


def make_ref(user, **options):
    from token_revocation.tokens import Subject, TokenRef

    make_ref.count += "expires_at" not in options
    return TokenRef(
        kind="authtoken",
        identifier=f"{make_ref.count}",
        subjects=(Subject.user(user.pk),),
        issued_at=now(),
        **options,
    )


make_ref.count = 0


def test_observer_is_added_once():
    before = list(_observed_uses._observers)
    _observed_uses.add_use_observer(before[0])
    assert _observed_uses._observers == before
