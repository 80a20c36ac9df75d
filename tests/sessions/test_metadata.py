"""The user agent and the address that a session records."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from token_revocation.sessions._metadata import (
    ClientMetadata,
    describe_client,
    parse_address,
    store_user_agents,
)
from token_revocation.sessions.models import MAX_USER_AGENT_LENGTH, UserAgent

NOTHING = ClientMetadata()


def describe(**headers):
    return describe_client(RequestFactory().get("/?token=secret", **headers))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:8443", "192.0.2.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:8443", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
        ("unix:", None),
        ("unknown", None),
        ("192.0.2.256", None),
        ("192.0.2.1; DROP TABLE", None),
        ("[2001:db8::1", "2001:db8::1"),
        ("[]", None),
        (":", None),
    ],
)
def test_address_is_parsed(text, address):
    assert parse_address(text) == address


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    address = parse_address(text)
    assert address is None or parse_address(address) == address


def test_without_a_proxy_the_peer_is_the_client():
    forged = "203.0.113.1"
    assert describe(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forged).ip_address == "192.0.2.1"


@pytest.mark.parametrize(
    ("count", "header", "address"),
    [
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "forged, 198.51.100.1, 203.0.113.1", "203.0.113.1"),
        (2, "forged, 203.0.113.1, 198.51.100.1", "203.0.113.1"),
        (2, "203.0.113.1", None),
        (1, "", None),
        (1, None, None),
    ],
)
def test_address_of_a_proxy_is_that_of_the_setting(settings, count, header, address):
    settings.TOKEN_REVOCATION = {"SESSION_PROXY_COUNT": count}
    headers = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    assert describe(REMOTE_ADDR="192.0.2.1", **headers).ip_address == address


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["user_agent"], ("curl/8", None)),
        (["ip_address"], ("", "192.0.2.1")),
        ([], ("", None)),
    ],
)
def test_setting_limits_what_is_recorded(settings, names, expected):
    settings.TOKEN_REVOCATION = {"SESSION_METADATA": names}
    assert describe(REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT="curl/8") == expected


def test_nothing_is_known_without_a_request():
    assert describe_client(None) == NOTHING
    assert describe(REMOTE_ADDR="").columns == {}


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a" * 9999, "nul\x00byte", "\ud800", "Mozilla/5.0 (☃ 🎉)"])
def test_any_user_agent_can_be_stored(text):
    client = describe(HTTP_USER_AGENT=text)
    for _ in range(2):
        store_user_agents({client}, "default")
    agent = UserAgent.objects.get()
    assert agent.pk == client.user_agent_id
    assert len(agent.text) <= MAX_USER_AGENT_LENGTH


@pytest.mark.django_db
def test_sessions_share_a_user_agent():
    clients = {ClientMetadata("curl/8", None), ClientMetadata("curl/8", "192.0.2.1")}
    store_user_agents(clients, "default")
    assert UserAgent.objects.count() == 1
