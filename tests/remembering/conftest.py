from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.authentication.asking import request_with
from token_revocation.contrib.authtoken import RevocableTokenAuthentication
from token_revocation.stores import get_store, memory

MINUTE = timedelta(minutes=1)


@pytest.fixture
def remembering(transactional_db, settings):
    """A store that answers from memory, and what is remembered; other settings on request."""

    def use(**ours):
        settings.TOKEN_REVOCATION = {
            "STORE": "token_revocation.stores.snapshot.SnapshotStore",
            "STORE_OPTIONS": {"refresh_every": 30.0, "background": False},
            "REMEMBER": MINUTE,
            **ours,
        }
        memory.memory.start_over()
        if hasattr(get_store(), "refresh"):
            get_store().refresh()

    use()
    return use


@pytest.fixture
def authenticate(token):
    """Who sends ``token``, and what it cost."""

    def asking(authentication=RevocableTokenAuthentication):
        with CaptureQueriesContext(connection) as captured:
            user, found = authentication().authenticate(request_with(f"Token {token.key}"))
        return user, found, len(captured)

    return asking


@pytest.fixture
def elsewhere(monkeypatch):
    """Another process does it: this one hears nothing, and sees it when it looks next."""

    def act(verb, *args, **kwargs):
        with monkeypatch.context() as deaf:
            deaf.setattr(memory.Memory, "forget", lambda *args: None)
            deaf.setattr(type(get_store()), "publish", lambda *args: None)
            verb(*args, **kwargs)

    return act


@pytest.fixture
def later(monkeypatch):
    """Let time pass for what is remembered."""

    def pass_by(seconds):
        usual = memory.elapsed
        monkeypatch.setattr(memory, "elapsed", lambda: usual() + seconds)

    return pass_by
