"""Expiry of cutoffs: when no revoked token could be accepted any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation import services
from token_revocation.adapters import TokenAdapter

HOUR = timedelta(hours=1)
HERE = f"{__name__}."


class Unlimited(TokenAdapter):
    kind = "unlimited"

    def identify(self, token):
        return token


class Hourly(Unlimited):
    kind = "hourly"
    subject_types = ("user", "session")
    lifetime = HOUR


class Daily(Hourly):
    kind = "daily"
    lifetime = 24 * HOUR


@pytest.fixture
def cutoff_lifetime(settings, db):
    """Return the lifetime of a cutoff created with the given adapters."""

    def measure(create_cutoff, *adapters):
        settings.TOKEN_REVOCATION = {"ADAPTERS": [HERE + adapter.__name__ for adapter in adapters]}
        cutoff = create_cutoff()
        return cutoff.expires_at and cutoff.expires_at - cutoff.not_before

    return measure


def revoke_session():
    return services.revoke_session("s")


def test_session_cutoff_ignores_kinds_without_sessions(cutoff_lifetime):
    assert cutoff_lifetime(revoke_session, Unlimited, Hourly) == HOUR


def test_user_cutoff_never_expires_for_tokens_without_expiry(cutoff_lifetime, user):
    assert cutoff_lifetime(lambda: services.revoke_all(user), Hourly, Unlimited) is None


def test_everyone_cutoff_never_expires_for_tokens_without_expiry(cutoff_lifetime):
    assert cutoff_lifetime(services.revoke_everyone, Hourly, Unlimited) is None


def test_longest_lifetime_of_all_kinds_is_used(cutoff_lifetime):
    assert cutoff_lifetime(revoke_session, Hourly, Daily) == 24 * HOUR
    assert cutoff_lifetime(services.revoke_everyone, Daily, Hourly) == 24 * HOUR


def test_cutoff_of_unclaimed_subject_type_never_expires(cutoff_lifetime):
    assert cutoff_lifetime(revoke_session, Unlimited) is None
    assert cutoff_lifetime(revoke_session) is None
