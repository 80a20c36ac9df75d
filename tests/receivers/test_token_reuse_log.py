"""Repeated use of a revoked token is logged at most once a minute."""

from __future__ import annotations

import pytest

from token_revocation._receivers import security_log
from token_revocation._receivers.security_log import LOG_INTERVAL_SECONDS, RecentTokens
from token_revocation.signals import revoked_token_used
from token_revocation.testing import make_token


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(security_log.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(security_log, "_recently_reused", RecentTokens())
    return now


def present(token):
    revoked_token_used.send_robust(None, token=token, request=None)


def test_each_token_is_logged_once_a_minute(clock, caplog):
    one, two = make_token(), make_token(identifier="two")
    for _ in range(500):
        present(one)
        present(two)
    assert [record.token for record in caplog.records] == [one.fingerprint, two.fingerprint]
    clock[0] += LOG_INTERVAL_SECONDS - 1
    present(one)
    assert len(caplog.records) == 2
    clock[0] += 1
    present(one)
    present(one)
    assert len(caplog.records) == 3


def test_recent_tokens_are_limited(clock, monkeypatch):
    monkeypatch.setattr(security_log, "MAX_RECENT_TOKENS", 3)
    recent = RecentTokens()
    keys = [make_token(identifier=str(number)).key for number in range(5)]
    assert all(recent.is_due(key) for key in keys)
    assert len(recent._logged_at) == 3
    assert [recent.is_due(key) for key in keys[2:]] == [False] * 3
    recent.clear()
    assert recent.is_due(keys[4])
