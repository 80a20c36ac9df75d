"""Lifetimes of sessions, and cutoffs that outlive them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session

from tests.contrib.sessions.browsers import (
    forget_login_record,
    is_logged_in,
    log_in,
    make_staff,
    ref_of,
)
from tests.contrib.sessions.conftest import SETTINGS
from token_revocation import services
from token_revocation.clock import host_clock
from token_revocation.contrib.sessions import SessionAdapter
from token_revocation.contrib.sessions._login_record import DATA_KEY
from token_revocation.models import TokenCutoff, TokenLifetime
from token_revocation.stores import _lifetimes

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def travel(settings):
    """Set the clocks of host and database, in a project without other tokens."""
    settings.TOKEN_REVOCATION = {"ADAPTERS": SETTINGS["ADAPTERS"][:1]}
    _lifetimes.clear_recorded()
    with time_machine.travel(START, tick=False) as traveller, host_clock():
        yield lambda days: traveller.move_to(START + days * DAY)


def test_lifetime_is_that_of_the_settings(settings):
    settings.SESSION_COOKIE_AGE = 3600
    assert SessionAdapter().lifetime == timedelta(hours=1)


def test_expiry_is_that_of_the_session(travel, user):
    browser = log_in(user)
    assert ref_of(browser).expires_at == pytest.approx(START + 14 * DAY, abs=timedelta(seconds=1))
    browser.get("/remember/?seconds=86400")
    assert ref_of(browser).expires_at == pytest.approx(START + DAY, abs=timedelta(seconds=1))


def test_saved_session_is_extended(travel, user):
    browser = log_in(user)
    travel(10)
    assert browser.get("/touch/").status_code == 200
    ref = ref_of(browser)
    assert ref.expires_at == START + 24 * DAY
    assert (ref.issued_at.date(), ref.minted_at) == (START.date(), START + 10 * DAY)
    travel(20)
    assert is_logged_in(browser)


def test_session_that_is_saved_at_every_request_is_extended(travel, settings, user):
    settings.SESSION_SAVE_EVERY_REQUEST = True
    browser = log_in(user)
    for day in (10, 20, 30):
        travel(day)
        assert browser.get("/page/").status_code == 200
    assert ref_of(browser).expires_at == START + 44 * DAY


def test_request_that_only_reads_does_not_extend_the_session(travel, user):
    browser = log_in(user)
    travel(10)
    assert browser.get("/page/").status_code == 200
    assert ref_of(browser).expires_at - START <= 14 * DAY + timedelta(seconds=1)


def test_expired_session_is_rejected(travel, user):
    browser = log_in(user)
    travel(10)
    # A page that does not read the user has saved it.
    stored = Session.objects.get()
    Session.objects.update(expire_date=stored.expire_date + 10 * DAY)
    travel(15)
    assert not is_logged_in(browser)


def test_cutoff_outlives_a_session_with_a_longer_expiry(travel, user):
    browser = log_in(user)
    browser.get(f"/remember/?seconds={90 * 86400}")
    assert TokenLifetime.objects.filter(kind="session", seconds__gte=90 * 86400).exists()
    travel(1)
    services.revoke_all(user)
    travel(80)
    services.purge()
    assert TokenCutoff.objects.exists()
    assert not is_logged_in(browser)


def test_cutoff_outlives_a_session_that_is_extended_without_a_check(travel, user):
    browser = log_in(user)
    services.revoke_all(user)
    for day in (10, 20, 30):
        travel(day)
        session = browser.session
        session.save()  # As by a page that does not read the user.
    services.purge()
    assert not is_logged_in(browser)


def test_cutoffs_are_purged(travel, user):
    log_in(user)
    services.revoke_all(user)
    travel(16)
    services.purge()
    assert not TokenCutoff.objects.exists()


def test_session_that_is_older_than_a_purged_cutoff_of_another_user_is_accepted(travel, user):
    browser = log_in(user)
    travel(1)
    services.revoke_all(make_staff())
    for day in (10, 20):
        travel(day)
        assert browser.get("/touch/").status_code == 200
    services.purge()
    assert not TokenCutoff.objects.exists()
    assert is_logged_in(browser)


def test_session_of_before_the_installation_gets_no_time(travel, user):
    browser = log_in(user)
    forget_login_record(browser)
    identifier = ref_of(browser).identifier
    browser.get("/touch/")
    assert (ref_of(browser).identifier, ref_of(browser).issued_at) == (identifier, None)
    assert "auth_time" not in browser.session[DATA_KEY]
