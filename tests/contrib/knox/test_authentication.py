"""The authentication class for knox's tokens."""

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

from tests.contrib.knox.protected_view import get_response
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.contrib.knox import KnoxAdapter, RevocableKnoxAuthentication

HOUR = timedelta(hours=1)
EXPIRED = timedelta(seconds=-1)
PREFIX = "sharedhead"
adapter = KnoxAdapter()


def get_statement_types(raw):
    """Return the type of each SQL statement of one request, such as ``SELECT``."""
    with CaptureQueriesContext(connection) as queries:
        get_response(raw)
    return [query["sql"].lstrip("(").split()[0] for query in queries.captured_queries]


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_number_of_tokens_does_not_change_the_queries(create_token, prefix):
    # knox looks up the first 15 characters, of which the prefix takes 10.
    _, raw = create_token(prefix=prefix)
    with_one_token = get_statement_types(raw)
    for _ in range(100):
        create_token(prefix=prefix)
    AuthToken.objects.update(token_key=raw[:15])
    assert with_one_token == get_statement_types(raw) == ["SELECT", "SELECT"]


def test_other_expired_tokens_are_not_deleted(create_token):
    _, raw = create_token()
    for _ in range(3):
        create_token(expiry=EXPIRED)
    assert set(get_statement_types(raw)) == {"SELECT"}
    assert AuthToken.objects.count() == 4


def test_expired_token_is_rejected_as_by_knox_but_not_deleted(create_token):
    _, raw = create_token(expiry=EXPIRED)
    response, count = get_response(raw), AuthToken.objects.count()
    knox_response = get_response(raw, TokenAuthentication)
    assert (response.status_code, response.data) == (knox_response.status_code, knox_response.data)
    assert (count, AuthToken.objects.count()) == (1, 0)


def test_token_expired_signal_is_sent(create_token, user):
    with capture_signals(token_expired) as captured:
        get_response(create_token(expiry=EXPIRED)[1])
    (signal,) = captured
    assert (signal["username"], signal["source"]) == (user.get_username(), "auth_token")


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
def test_invalid_header_gets_the_response_of_knox(db, header, raw):
    response = get_response(raw, RevocableKnoxAuthentication, header)
    knox_response = get_response(raw, TokenAuthentication, header)
    assert response.status_code == knox_response.status_code == 401
    assert response.data == knox_response.data
    assert response["WWW-Authenticate"] == knox_response["WWW-Authenticate"]


def test_token_that_is_not_ascii_is_rejected(db):
    assert get_response("\xff\xfe").status_code == 401


def test_authenticate_returns_what_knox_returns(create_token, user, rf):
    token, raw = create_token()
    request = rf.get("/", HTTP_AUTHORIZATION=f"Token {raw}")
    result = RevocableKnoxAuthentication().authenticate(request)
    assert result == TokenAuthentication().authenticate(request) == (user, token)


def test_revoked_token_that_was_inserted_again_is_rejected(create_token):
    token, raw = create_token()
    services.revoke(adapter.identify(token))
    token.save(force_insert=True)
    assert get_response(raw).data["code"] == "token_revoked"


def test_accepted_token_is_renewed(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, raw = create_token()
    with time_machine.travel(token.created + HOUR, tick=False):
        assert get_response(raw).status_code == 200
    assert AuthToken.objects.get().expiry == token.created + HOUR + 10 * HOUR


def test_token_without_expiry_is_not_renewed(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    get_response(create_token(expiry=None)[1])
    assert AuthToken.objects.get().expiry is None


def test_token_is_not_renewed_beyond_auto_refresh_max_ttl(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True, AUTO_REFRESH_MAX_TTL=11 * HOUR)
    token, raw = create_token()
    with time_machine.travel(timezone.now() + 5 * HOUR):
        get_response(raw)
    assert AuthToken.objects.get().expiry == token.created + 11 * HOUR


def test_token_is_not_renewed_within_min_refresh_interval(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True, MIN_REFRESH_INTERVAL=60)
    assert set(get_statement_types(create_token()[1])) == {"SELECT"}


def test_rejected_token_is_not_renewed(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, raw = create_token()
    services.revoke_everyone()
    with time_machine.travel(timezone.now() + HOUR):
        assert get_response(raw).status_code == 401
    assert AuthToken.objects.get().expiry == token.expiry


def test_renewal_does_not_insert_a_deleted_token_again(create_token, knox_settings):
    knox_settings(AUTO_REFRESH=True)
    token, _ = create_token()
    stale = AuthToken.objects.get()
    services.revoke(adapter.identify(token))
    with time_machine.travel(timezone.now() + HOUR):
        RevocableKnoxAuthentication().renew_token(stale)
    assert not AuthToken.objects.exists()
