"""Services in coroutines: threads, context variables and cancellation."""

from __future__ import annotations

import asyncio
import inspect
import threading
from contextvars import ContextVar
from dataclasses import replace

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import OperationalError, connection, connections

from tests.factories import AuthTokenFactory, UserFactory
from tests.signals import capture_signals, connected
from tests.threads import requires_concurrent_connections
from token_revocation import _tenants, services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked, token_revoked
from token_revocation.stores import get_store
from token_revocation.testing import make_token

NAMES = ["resolve", "is_revoked", "revoke", "revoke_all", "log_out", "active_tokens", "rotate"]

SNAPSHOT = {
    "STORE": "token_revocation.stores.snapshot.SnapshotStore",
    "STORE_OPTIONS": {"background": False},
}
TIMEOUT_SECONDS = 60

current_tenant = ContextVar("current_tenant", default=None)

pytestmark = [pytest.mark.django_db(transaction=True), requires_concurrent_connections]


def run_request(main):
    """Run the coroutine function ``main`` in a loop, with a thread of its own as a request has."""

    async def run():
        async with ThreadSensitiveContext():
            try:
                return await asyncio.wait_for(main(), TIMEOUT_SECONDS)
            finally:
                await sync_to_async(connections.close_all)()

    return asyncio.run(run())


def run_and_count_threads(call):
    """Return the result of the coroutine, and the number of threads that it has started."""

    async def run():
        before = threading.enumerate()
        return await call(), len({*threading.enumerate()}.difference(before))

    return run_request(run)


@pytest.mark.parametrize("name", NAMES)
def test_coroutine_function_has_the_arguments_of_the_function(name):
    coroutine_function = getattr(services, f"a{name}")
    assert inspect.iscoroutinefunction(coroutine_function)
    assert coroutine_function.__name__ == f"a{name}"
    assert inspect.signature(coroutine_function) == inspect.signature(getattr(services, name))


def get_tenant():
    return "first"


class DefaultRouter:
    def db_for_write(self, model, **hints):
        return "default"


@pytest.fixture
def _snapshot(settings):
    settings.TOKEN_REVOCATION = SNAPSHOT
    get_store().refresh()


@pytest.mark.usefixtures("_snapshot")
class TestSnapshot:
    def test_token_that_is_not_revoked_needs_no_thread(self):
        """Nor a query: Django allows none in an event loop."""
        assert run_and_count_threads(lambda: services.ais_revoked(make_token())) == (False, 0)

    def test_revoked_token_is_rejected(self):
        token = make_token()
        services.revoke(token)
        assert run_and_count_threads(lambda: services.ais_revoked(token)) == (True, 1)

    def test_refresh_token_is_looked_up_in_the_database(self):
        token = make_token(is_refresh_token=True)
        assert run_and_count_threads(lambda: services.ais_revoked(token)) == (False, 1)

    def test_given_database_is_queried(self):
        call = run_and_count_threads(lambda: services.ais_revoked(make_token(), using="default"))
        assert call == (False, 1)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TOKEN_REVOCATION", {**SNAPSHOT, "TENANT": f"{__name__}.get_tenant"}),
            ("DATABASE_ROUTERS", [f"{__name__}.DefaultRouter"]),
        ],
    )
    def test_tenant_or_router_is_called_in_the_thread(self, settings, name, value):
        """In the event loop, it could name another tenant, whose snapshot lacks the revocation."""
        setattr(settings, name, value)
        get_store().refresh()
        assert run_and_count_threads(lambda: services.ais_revoked(make_token())) == (False, 1)

    def test_changed_schema_is_that_of_the_connection_of_the_thread(self):
        _tenants._changed_aliases.add("default")
        assert run_and_count_threads(lambda: services.ais_revoked(make_token()))[1] == 1


def test_other_store_answers_in_the_thread():
    assert run_and_count_threads(lambda: services.ais_revoked(make_token())) == (False, 1)


def test_tenant_of_a_coroutine_is_known_in_the_thread(settings):
    settings.TOKEN_REVOCATION = {**SNAPSHOT, "TENANT": f"{__name__}.record_tenant"}
    current_tenant.set("first")
    recorded.clear()
    run_request(lambda: services.ais_revoked(make_token()))
    assert set(recorded) == {"first"}


recorded = []


def record_tenant():
    recorded.append(current_tenant.get())


def test_variable_set_by_a_receiver_is_set_in_the_coroutine():
    async def revoke():
        await services.arevoke(make_token())
        return current_tenant.get()

    def receive(**kwargs):
        current_tenant.set("of a receiver")

    with connected(receive, token_revoked):
        assert run_request(revoke) == "of a receiver"


def test_concurrent_coroutines_keep_their_own_tokens():
    tokens = [AuthTokenFactory(user=UserFactory()) for _ in range(5)]
    refs = [AuthTokenAdapter().identify(token) for token in tokens]

    async def change_password(user, ref):
        with services.keep_token(ref):
            await asyncio.sleep(0)  # Let the other coroutines enter their blocks.
            user.set_password("another one")
            await user.asave()

    async def change_passwords():
        changes = (change_password(t.user, ref) for t, ref in zip(tokens, refs, strict=True))
        await asyncio.gather(*changes)
        return [await services.ais_revoked(ref) for ref in refs]

    assert run_request(change_passwords) == [False] * 5
    assert TokenCutoff.objects.count() == 5


class PausedInserts:
    """Pauses the thread at each insert, and then fails with ``error``, if any."""

    def __init__(self, error=None):
        self.error, self.reached, self.released = error, threading.Event(), threading.Event()

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            self.reached.set()
            assert self.released.wait(TIMEOUT_SECONDS)
            if self.error:
                raise self.error
        return execute(sql, params, many, context)


async def cancel_during_insert(call, inserts):
    """Cancel ``call()`` while its thread writes; return whether a transaction is left open."""
    await sync_to_async(lambda: connection.execute_wrappers.append(inserts))()
    task = asyncio.create_task(call())
    await asyncio.to_thread(inserts.reached.wait, TIMEOUT_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    inserts.released.set()
    return await sync_to_async(lambda: connection.in_atomic_block)()


TOKEN = make_token(identifier="cancelled")
WRITES = {
    "arevoke": lambda: services.arevoke(TOKEN),
    "alog_out": lambda: services.alog_out(TOKEN),
    "arotate": lambda: services.arotate(TOKEN, replace(TOKEN, identifier="successor")),
    "arevoke_all": lambda: services.arevoke_all(UserFactory.build(pk=1)),
}


def count_rows():
    return RevokedToken.objects.count() + TokenCutoff.objects.count()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_cancelled_write_completes_and_sends_its_signal(write):
    with capture_signals(token_revoked, subject_revoked) as signals:
        assert not run_request(lambda: cancel_during_insert(write, PausedInserts()))
    assert (count_rows(), len(signals)) == (1, 1)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_cancelled_write_that_fails_stores_nothing(write):
    inserts = PausedInserts(OperationalError("disk full"))
    with capture_signals(token_revoked, subject_revoked) as signals:
        assert not run_request(lambda: cancel_during_insert(write, inserts))
    assert (count_rows(), len(signals)) == (0, 0)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_write_that_is_cancelled_before_its_thread_is_free_completes(write):
    async def cancel_in_queue():
        is_free = threading.Event()
        busy = asyncio.create_task(sync_to_async(is_free.wait)(TIMEOUT_SECONDS))
        await asyncio.sleep(0)
        task = asyncio.create_task(write())
        await asyncio.sleep(0)
        task.cancel()
        is_free.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        await busy

    run_request(cancel_in_queue)
    assert count_rows() == 1


def test_asynchronous_receivers_complete_although_the_task_is_cancelled():
    received = []

    async def cancel_in_receiver():
        is_reached, is_released = asyncio.Event(), asyncio.Event()

        async def receive(*, token, **kwargs):
            is_reached.set()
            await is_released.wait()
            received.append(token)

        with connected(receive, token_revoked), capture_signals(token_revoked) as signals:
            task = asyncio.create_task(services.arevoke(TOKEN))
            await is_reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            is_released.set()
            await sync_to_async(str)()  # Wait for the thread.
        assert len(signals) == 1

    run_request(cancel_in_receiver)
    assert received == [TOKEN]
