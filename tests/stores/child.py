"""A process of its own: ``python -m tests.stores.child VERB IDENTIFIER``.

``DATABASE`` is the database as JSON, ``STORE`` the store, a snapshot by default, and
``STORE_OPTIONS`` its options as JSON. ``REDIS`` is ``host:port`` of the cache, if there is one.
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

from tests import settings as usual

MOST = 60
"""Seconds after which a child gives up."""


def set_up():
    names = [name for name in dir(usual) if name.isupper()]
    ours = {name: getattr(usual, name) for name in names}
    ours["DATABASES"] = {"default": json.loads(os.environ["DATABASE"])}
    if redis := os.environ.get("REDIS"):
        # So that the bound is the store's own doing, and not that of a cache that forgets in time.
        backend = "tests.failing_cache.HoardingCache"
        ours["CACHES"] = {"default": {"BACKEND": backend, "LOCATION": f"redis://{redis}/0"}}
    ours["TOKEN_REVOCATION"] = {
        "STORE": os.environ.get("STORE", "token_revocation.stores.snapshot.SnapshotStore"),
        "STORE_OPTIONS": json.loads(os.environ["STORE_OPTIONS"]),
    }
    settings.configure(**ours)
    django.setup()


def say(**words):
    print(json.dumps(words), flush=True)


def answers(token):
    """What the store says, again and again, with the time before it was asked."""
    from token_revocation.stores import get_store

    end = time.monotonic() + MOST
    while time.monotonic() < end:
        began = time.monotonic()
        yield began, get_store().is_revoked(token)
        time.sleep(0.001)


def until_trusted(token):
    """Ask until a snapshot is loaded, and once where there is none to load."""
    from token_revocation.stores import get_store

    next(_ for _ in answers(token) if get_store().status().get("trusted", True))


def watch(token):
    """Say when the token was accepted last."""
    until_trusted(token)
    say(ready=True)
    accepted = 0.0
    for began, revoked in answers(token):
        if revoked:
            return say(accepted=accepted)
        accepted = began
    return say(accepted=float("inf"))


def hang(token):
    """As :func:`watch`, but nothing can be refreshed any more once the snapshot is loaded."""
    from token_revocation.stores.snapshot import loading

    until_trusted(token)
    loading.last_revision = lambda using: time.sleep(MOST)
    watch(token)


def fork(token):
    """As :func:`watch`, in a child of a process whose thread is refreshing its snapshot."""
    from token_revocation.stores import get_store
    from token_revocation.stores.snapshot import loading

    until_trusted(token)
    busy, usual = Event(), loading.last_revision

    def lasting(using):
        busy.set()
        time.sleep(0.1)
        try:
            return usual(using)
        finally:
            busy.clear()

    loading.last_revision = lasting
    busy.wait()
    if os.fork():
        return os.wait()
    signal.alarm(2 * MOST)
    say(inherited=get_store().status(), busy=busy.is_set())
    loading.last_revision = usual
    return watch(token)


def revoke(token):
    """Say when it was committed."""
    from token_revocation import services

    services.revoke(token)
    say(committed=time.monotonic())


MANY = 9


def numbered(token):
    """Tokens that two processes both know."""
    return [replace(token, identifier=f"{token.identifier} {number}") for number in range(MANY)]


def watch_many(token):
    """Say of each when it was seen, one after the other."""
    until_trusted(token)
    say(ready=True)
    for each in numbered(token):
        next(_ for _, revoked in answers(each) if revoked)
        say(seen=time.monotonic())


def revoke_many(token):
    """Say of each when it was committed, one after the other."""
    for each in numbered(token):
        revoke(each)
        time.sleep(0.3)


def revoke_and_die(token):
    """Be killed when the transaction is committed and nobody has been told of that."""
    from django.db import connection

    from token_revocation.stores import get_store

    usual = get_store().publish

    def publish(keys):
        if not connection.in_atomic_block:
            say(committed=time.monotonic())
            os.kill(os.getpid(), signal.SIGKILL)
        usual(keys)

    get_store().publish = publish
    revoke(token)


def revoke_unheard(token):
    """All news is lost, before the commit and after it."""
    from token_revocation.stores import get_store

    get_store().publish = list
    revoke(token)


def main(verb, identifier):
    signal.alarm(2 * MOST)  # Should it hang where no code of ours is run.
    set_up()
    from token_revocation.tokens import TokenRef

    verbs = (watch, watch_many, hang, fork, revoke, revoke_many, revoke_and_die, revoke_unheard)
    {each.__name__: each for each in verbs}[verb](TokenRef(kind="child", identifier=identifier))


if __name__ == "__main__":
    main(*sys.argv[1:])
