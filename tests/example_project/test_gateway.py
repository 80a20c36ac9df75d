from __future__ import annotations

import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from example_project.gateway.__main__ import MISSING

WITHOUT = """
import runpy, sys
sys.modules["jwt"] = None
runpy.run_module("example_project.gateway", run_name="__main__")
"""
CLAIMS = {"iss": "http://issuer", "jti": "a", "user_id": "7", "sid": "s", "auth_time": 100.5}


@pytest.fixture
def gateway():
    """Return the parts of the gateway, which need PyJWT."""
    pytest.importorskip("jwt")
    pytest.importorskip("cryptography")
    from example_project.gateway import feed, issuer, lists, server

    return SimpleNamespace(
        Feed=feed.Feed,
        StatusLists=lists.StatusLists,
        CachedList=lists.CachedList,
        check=server.check,
        key=feed._key,
        issuer=issuer.Issuer("http://issuer"),
    )


@pytest.fixture
def feed(gateway, monkeypatch):
    """Return a feed that is complete, and that accepts unsigned events."""
    monkeypatch.setattr(gateway.issuer, "verify", lambda token, **kwargs: token)
    feed = gateway.Feed(gateway.issuer, "")
    feed._complete_at = time.monotonic()
    return feed


def event(sub_id, **details):
    return {"sub_id": sub_id, "events": {"session-revoked": details}}


def complex_subject(member, name):
    return {"format": "complex", member: {"format": "opaque", "id": name}}


def test_missing_library_is_reported():
    completed = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert completed.returncode == 1
    assert completed.stderr.strip() == MISSING


def test_unknown_state_is_a_503(gateway):
    def unavailable(claims):
        raise OSError

    assert gateway.check(unavailable, CLAIMS)[0] == 503


def test_feed_without_a_response_is_a_503(gateway):
    feed = gateway.Feed(gateway.issuer, "")
    assert gateway.check(feed.is_revoked, CLAIMS)[0] == 503


@pytest.mark.parametrize(
    "subject",
    [
        {"format": "iss_sub", "iss": "http://issuer", "sub": "7"},
        complex_subject("session", "s"),
        complex_subject("tenant", "http://issuer"),
    ],
    ids=["user", "session", "everyone"],
)
@pytest.mark.parametrize(("until", "is_rejected"), [(100.5, True), (100.4, False)])
def test_cutoff_rejects_tokens_issued_before_it(feed, subject, until, is_rejected):
    feed.take(event(subject, event_timestamp=until))
    assert feed.is_revoked(CLAIMS) is is_rejected


@pytest.mark.parametrize(("jti", "is_rejected"), [("a", True), ("b", False)])
def test_revoked_token_is_rejected(feed, jti, is_rejected):
    feed.take(event({"format": "jwt_id", "iss": "http://issuer", "jti": jti}))
    assert feed.is_revoked(CLAIMS) is is_rejected


def test_cutoff_exempts_the_named_session(feed, gateway):
    from token_revocation.tokens import Subject

    exempt = str(Subject.session("s").key)
    assert gateway.key("subject", "session", "s") == exempt
    user = {"format": "iss_sub", "iss": "http://issuer", "sub": "7"}
    feed.take(event(user, event_timestamp=200.0, **{"except": exempt}))
    assert not feed.is_revoked(CLAIMS)
    assert feed.is_revoked({**CLAIMS, "sid": "another"})


@pytest.mark.parametrize(
    ("uri", "index", "is_rejected"),
    [
        ("http://issuer/status-lists/1/", 3, True),
        ("http://issuer/status-lists/1/", 2, False),
        ("http://issuer/status-lists/1/", 8, True),
        ("http://elsewhere/status-lists/1/", 2, True),
    ],
    ids=["set", "unset", "out of range", "not its issuer's"],
)
def test_bit_of_the_list_decides(gateway, uri, index, is_rejected):
    lists = gateway.StatusLists(gateway.issuer, 2.0)
    lists._cache[uri] = gateway.CachedList(b"\x08", "", time.monotonic() + 60)
    assert lists.is_revoked({"status": {"status_list": {"uri": uri, "idx": index}}}) is is_rejected


def test_token_without_a_status_is_rejected(gateway):
    assert gateway.StatusLists(gateway.issuer, 2.0).is_revoked(CLAIMS)
