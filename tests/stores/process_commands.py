"""Commands of a test process: ``python -m tests.stores.process_commands COMMAND IDENTIFIER``.

The environment variables are ``DATABASE`` (JSON), ``STORE`` (a dotted path, by default of
``SnapshotStore``), ``STORE_OPTIONS`` (JSON), and optionally ``REDIS``, ``host:port`` of the cache.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace
from threading import Event

import django
from django.conf import settings

from tests import settings as test_settings

TIMEOUT_SECONDS = 60


def set_up():
    names = [name for name in dir(test_settings) if name.isupper()]
    values = {name: getattr(test_settings, name) for name in names}
    values["DATABASES"] = {"default": json.loads(os.environ["DATABASE"])}
    if redis := os.environ.get("REDIS"):
        # The cache ignores timeouts, so that the store alone ensures the bound.
        backend = "tests.faulty_caches.TimeoutIgnoringCache"
        values["CACHES"] = {"default": {"BACKEND": backend, "LOCATION": f"redis://{redis}/0"}}
    values["TOKEN_REVOCATION"] = {
        "STORE": os.environ.get("STORE", "token_revocation.stores.snapshot.SnapshotStore"),
        "STORE_OPTIONS": json.loads(os.environ["STORE_OPTIONS"]),
    }
    settings.configure(**values)
    django.setup()


def write_message(**values):
    print(json.dumps(values), flush=True)


def lookups(token):
    """Repeat the lookup of ``token``; yield the time before each, and its result."""
    from token_revocation.stores import get_store

    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        started_at = time.monotonic()
        yield started_at, get_store().is_revoked(token)
        time.sleep(0.001)


def wait_for_snapshot(token):
    """Repeat lookups until a snapshot is loaded; other stores need one lookup."""
    from token_revocation.stores import get_store

    next(_ for _ in lookups(token) if get_store().status().get("trusted", True))


def watch(token):
    """Write the time when the token was accepted last."""
    wait_for_snapshot(token)
    write_message(ready=True)
    accepted = 0.0

    for started_at, revoked in lookups(token):
        if revoked:
            return write_message(accepted=accepted)
        accepted = started_at
    return write_message(accepted=float("inf"))


def watch_without_refreshes(token):
    """Like :func:`watch`, with a snapshot that is never refreshed again."""
    from token_revocation.stores import get_store

    wait_for_snapshot(token)
    next(_ for _ in lookups(token) if get_store().status()["listening"])
    get_store()._pause()
    watch(token)


def hang(token):
    """Like :func:`watch`, with refreshes that hang after the snapshot is loaded."""
    from token_revocation.stores.snapshot import _loader

    wait_for_snapshot(token)
    _loader.read_changes = lambda using, after: time.sleep(TIMEOUT_SECONDS)
    watch(token)


def fork(token):
    """Like :func:`watch`, in a fork of a process whose thread is refreshing its snapshot."""
    from token_revocation.stores import get_store
    from token_revocation.stores.snapshot import _loader

    wait_for_snapshot(token)
    busy, original = Event(), _loader.read_changes

    def read_slowly(using, after):
        busy.set()
        time.sleep(0.1)
        try:
            return original(using, after)
        finally:
            busy.clear()

    _loader.read_changes = read_slowly
    busy.wait()
    if os.fork():
        return os.wait()
    signal.alarm(2 * TIMEOUT_SECONDS)
    write_message(inherited=get_store().status(), busy=busy.is_set())
    _loader.read_changes = original
    return watch(token)


def revoke(token):
    """Revoke the token and write the time of the commit."""
    from token_revocation import services

    services.revoke(token)
    write_message(committed=time.monotonic())


TOKEN_COUNT = 9


def numbered_tokens(token):
    """Return the tokens of :func:`watch_many` and :func:`revoke_many`."""
    return [
        replace(token, identifier=f"{token.identifier} {number}") for number in range(TOKEN_COUNT)
    ]


def watch_many(token):
    """Write the time when each revocation is seen, one after the other."""
    wait_for_snapshot(token)
    write_message(ready=True)
    for each in numbered_tokens(token):
        next(_ for _, revoked in lookups(each) if revoked)
        write_message(seen=time.monotonic())


def revoke_many(token):
    """Revoke the tokens one after the other, and write the time of each commit."""
    for each in numbered_tokens(token):
        revoke(each)
        time.sleep(0.3)


def revoke_and_die(token):
    """Kill this process after the commit, before the store is invalidated."""
    from django.db import connection

    from token_revocation.stores import get_store

    original = get_store().invalidate

    def invalidate(keys, not_before=None):
        if not connection.in_atomic_block:
            write_message(committed=time.monotonic())
            os.kill(os.getpid(), signal.SIGKILL)
        original(keys, not_before)

    get_store().invalidate = invalidate
    revoke(token)


def revoke_without_invalidation(token):
    """Revoke the token without invalidating the store."""
    from token_revocation.stores import get_store

    get_store().invalidate = lambda keys, not_before=None: None
    revoke(token)


def main(command, identifier):
    signal.alarm(2 * TIMEOUT_SECONDS)  # Also ends a process that hangs in a driver.
    set_up()
    from token_revocation.tokens import TokenRef

    commands = (
        watch,
        watch_many,
        watch_without_refreshes,
        hang,
        fork,
        revoke,
        revoke_many,
        revoke_and_die,
        revoke_without_invalidation,
    )
    {each.__name__: each for each in commands}[command](
        TokenRef(kind="child", identifier=identifier)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
