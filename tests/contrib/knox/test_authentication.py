from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

pytest.importorskip("knox")

from knox.auth import TokenAuthentication
from knox.models import AuthToken
from knox.signals import token_expired

from tests.contrib.knox.asking import ask
from tests.hearing import hearing
from token_revocation import services
from token_revocation.contrib.knox import KnoxAdapter, RevocableKnoxAuthentication

HOUR = timedelta(hours=1)
EXPIRED = timedelta(seconds=-1)
SHARED = "sharedhead"
adapter = KnoxAdapter()


def statements(raw):
    """The verbs of the SQL of one request."""
    with CaptureQueriesContext(connection) as queries:
        ask(raw)
    return [query["sql"].lstrip("(").split()[0] for query in queries.captured_queries]


@pytest.mark.parametrize("prefix", ["", SHARED])
def test_a_hundred_tokens_cost_what_one_does(make, prefix):
    """A prefix of ten leaves five characters that differ in the column that knox looks in."""
    _, raw = make(prefix=prefix)
    one = statements(raw)
    for _ in range(100):
        make(prefix=prefix)
    AuthToken.objects.update(token_key=raw[:15])
    assert one == statements(raw) == ["SELECT", "SELECT"]


def test_expired_siblings_are_not_deleted_in_a_request(make):
    _, raw = make()
    for _ in range(3):
        make(expiry=EXPIRED)
    assert set(statements(raw)) == {"SELECT"}
    assert AuthToken.objects.count() == 4


def test_an_expired_token_is_refused_as_in_knox_but_not_deleted(make):
    _, raw = make(expiry=EXPIRED)
    ours, kept = ask(raw), AuthToken.objects.count()
    theirs = ask(raw, TokenAuthentication)
    assert (ours.status_code, ours.data) == (theirs.status_code, theirs.data)
    assert (kept, AuthToken.objects.count()) == (1, 0)


def test_whoever_waits_for_expired_tokens_is_told(make, user):
    with hearing(token_expired) as told:
        ask(make(expiry=EXPIRED)[1])
    (once,) = told
    assert (once["username"], once["source"]) == (user.get_username(), "auth_token")


@pytest.mark.trap("T24")
@pytest.mark.parametrize(
    ("header", "raw"),
    [
        ("%s", ""),
        ("Token%s", ""),
        ("Token %s", "one two"),
        ("Bearer %s", "abc"),
        ("Token %s", "abc"),
        ("Token %s", "0" * 64),
        ("Token %s", "x" * 10_000),
    ],
)
def test_what_was_never_a_token_is_answered_as_in_knox(db, header, raw):
    ours, theirs = (ask(raw, a, header) for a in (RevocableKnoxAuthentication, TokenAuthentication))
    assert ours.status_code == theirs.status_code == 401
    assert ours.data == theirs.data
    assert ours["WWW-Authenticate"] == theirs["WWW-Authenticate"]


def test_bytes_that_are_no_text_are_refused(db):
    assert ask("\xff\xfe").status_code == 401


def test_the_user_and_the_token_are_those_of_knox(make, user, rf):
    token, raw = make()
    request = rf.get("/", HTTP_AUTHORIZATION=f"Token {raw}")
    ours = RevocableKnoxAuthentication().authenticate(request)
    assert ours == TokenAuthentication().authenticate(request) == (user, token)


def test_a_token_whose_row_came_back_is_still_refused(make):
    token, raw = make()
    services.revoke(adapter.identify(token))
    token.save(force_insert=True)
    assert ask(raw).data["code"] == "token_revoked"


def test_an_accepted_token_is_renewed(make, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, raw = make()
    with time_machine.travel(token.created + HOUR, tick=False):
        assert ask(raw).status_code == 200
    assert AuthToken.objects.get().expiry == token.created + HOUR + 10 * HOUR


def test_a_token_that_never_expires_is_not_given_an_expiry(make, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    ask(make(expiry=None)[1])
    assert AuthToken.objects.get().expiry is None


def test_a_token_is_not_renewed_beyond_its_longest_life(make, knox_settings):
    knox_settings(AUTO_REFRESH=True, AUTO_REFRESH_MAX_TTL=11 * HOUR)
    token, raw = make()
    with time_machine.travel(timezone.now() + 5 * HOUR):
        ask(raw)
    assert AuthToken.objects.get().expiry == token.created + 11 * HOUR


def test_a_token_is_not_written_at_every_request(make, knox_settings):
    knox_settings(AUTO_REFRESH=True, MIN_REFRESH_INTERVAL=60)
    assert set(statements(make()[1])) == {"SELECT"}


def test_a_refused_token_is_not_renewed(make, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, raw = make()
    services.revoke_everyone()
    with time_machine.travel(timezone.now() + HOUR):
        assert ask(raw).status_code == 401
    assert AuthToken.objects.get().expiry == token.expiry


def test_renewing_does_not_bring_back_a_token_that_was_logged_out_meanwhile(make, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, _ = make()
    stale = AuthToken.objects.get()
    services.revoke(adapter.identify(token))
    with time_machine.travel(timezone.now() + HOUR):
        RevocableKnoxAuthentication().renew_token(stale)
    assert not AuthToken.objects.exists()
