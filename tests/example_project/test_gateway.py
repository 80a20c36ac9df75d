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
    """Its modules; they need PyJWT."""
    pytest.importorskip("jwt")
    pytest.importorskip("cryptography")
    from example_project.gateway import feed, issuer, lists, server

    return SimpleNamespace(
        Feed=feed.Feed,
        StatusLists=lists.StatusLists,
        Kept=lists.Kept,
        judged=server.judged,
        key=feed._key,
        issuer=issuer.Issuer("http://issuer"),
    )


@pytest.fixture
def feed(gateway, monkeypatch):
    """A feed that was told everything, by an issuer whose statements need no signature."""
    monkeypatch.setattr(gateway.issuer, "verified", lambda said, **kwargs: said)
    made = gateway.Feed(gateway.issuer, "")
    made._complete_at = time.monotonic()
    return made


def event(sub_id, **details):
    return {"sub_id": sub_id, "events": {"session-revoked": details}}


def complex_subject(member, name):
    return {"format": "complex", member: {"format": "opaque", "id": name}}


def test_without_its_library_it_says_so():
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == MISSING


def test_what_cannot_be_known_is_not_accepted(gateway):
    def unknown(claims):
        raise OSError

    assert gateway.judged(unknown, CLAIMS)[0] == 503


def test_a_feed_that_has_not_answered_yet_knows_nothing(gateway):
    silent = gateway.Feed(gateway.issuer, "")
    assert gateway.judged(silent.is_revoked, CLAIMS)[0] == 503


@pytest.mark.parametrize(
    "subject",
    [
        {"format": "iss_sub", "iss": "http://issuer", "sub": "7"},
        complex_subject("session", "s"),
        complex_subject("tenant", "http://issuer"),
    ],
    ids=["user", "session", "everyone"],
)
@pytest.mark.parametrize(("until", "refused"), [(100.5, True), (100.4, False)])
def test_a_cutoff_ends_what_was_issued_before_it(feed, subject, until, refused):
    feed.take(event(subject, event_timestamp=until))
    assert feed.is_revoked(CLAIMS) is refused


@pytest.mark.parametrize(("jti", "refused"), [("a", True), ("b", False)])
def test_one_token_that_was_revoked_is_refused(feed, jti, refused):
    feed.take(event({"format": "jwt_id", "iss": "http://issuer", "jti": jti}))
    assert feed.is_revoked(CLAIMS) is refused


def test_what_a_cutoff_spares_is_named_as_we_name_it(feed, gateway):
    from token_revocation.tokens import Subject

    spared = str(Subject.session("s").key)
    assert gateway.key("subject", "session", "s") == spared
    user = {"format": "iss_sub", "iss": "http://issuer", "sub": "7"}
    feed.take(event(user, event_timestamp=200.0, **{"except": spared}))
    assert not feed.is_revoked(CLAIMS)
    assert feed.is_revoked({**CLAIMS, "sid": "another"})


@pytest.mark.parametrize(
    ("uri", "index", "refused"),
    [
        ("http://issuer/status-lists/1/", 3, True),
        ("http://issuer/status-lists/1/", 2, False),
        ("http://issuer/status-lists/1/", 8, True),
        ("http://elsewhere/status-lists/1/", 2, True),
    ],
    ids=["set", "unset", "out of range", "not its issuer's"],
)
def test_the_bit_decides(gateway, uri, index, refused):
    lists = gateway.StatusLists(gateway.issuer, 2.0)
    lists._kept[uri] = gateway.Kept(b"\x08", "", time.monotonic() + 60)
    assert lists.is_revoked({"status": {"status_list": {"uri": uri, "idx": index}}}) is refused


def test_a_token_without_a_place_in_a_list_is_not_accepted(gateway):
    assert gateway.StatusLists(gateway.issuer, 2.0).is_revoked(CLAIMS)
