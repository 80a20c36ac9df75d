"""How long a cutoff is kept: as long as a token that it refuses could be accepted, no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from token_revocation import services
from token_revocation.adapters import TokenAdapter

HOUR = timedelta(hours=1)
HERE = f"{__name__}."


class ForEver(TokenAdapter):
    kind = "for_ever"

    def identify(self, token):
        return token


class Hourly(ForEver):
    kind = "hourly"
    subject_types = ("user", "session")
    lifetime = HOUR


class Daily(Hourly):
    kind = "daily"
    lifetime = 24 * HOUR


@pytest.fixture
def life_of(settings, db):
    """How long a cutoff lives, made while these adapters are in use."""

    def measure(cut_off, *adapters):
        settings.TOKEN_REVOCATION = {"ADAPTERS": [HERE + adapter.__name__ for adapter in adapters]}
        cutoff = cut_off()
        return cutoff.expires_at and cutoff.expires_at - cutoff.not_before

    return measure


def of_session():
    return services.revoke_session("s")


def test_a_session_cutoff_does_not_stay_for_ever_because_of_a_kind_without_sessions(life_of):
    assert life_of(of_session, ForEver, Hourly) == HOUR


def test_a_cutoff_of_a_user_stays_for_the_kind_that_lives_for_ever(life_of, user):
    assert life_of(lambda: services.revoke_all(user), Hourly, ForEver) is None


def test_a_cutoff_of_everyone_stays_for_the_kind_that_lives_for_ever(life_of):
    assert life_of(services.revoke_everyone, Hourly, ForEver) is None


def test_the_kind_that_lives_longest_counts(life_of):
    assert life_of(of_session, Hourly, Daily) == 24 * HOUR
    assert life_of(services.revoke_everyone, Daily, Hourly) == 24 * HOUR


def test_a_subject_that_no_kind_claims_is_cut_off_for_ever(life_of):
    assert life_of(of_session, ForEver) is None
    assert life_of(of_session) is None
