"""Tokens that staff paste along with other text are not displayed, stored or logged."""

from __future__ import annotations

import logging
from urllib.parse import quote

import pytest
from django.contrib.admin.models import LogEntry

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services._embedded_tokens import tokens_in, without_tokens

REVOKED = "/admin/token_revocation/revokedtoken/"

FORMS = [
    "{}",
    " {}\n",
    "Token {}",
    "Bearer {}",
    "Authorization: Token {}",
    "'{}'",
    '"{}"',
    "“{}”",
    "`{}`",
    "<{}>",
    "({})",
    "[{}]",
    "{},",
    "{}.",
    "{};",
    "token={}&next=/",
    '{{"token": "{}"}}',
    "curl -H 'Authorization: Token {}' https://api.example.com/",
    "https://api.example.com/reset/{}/",
    "wss://api.example.com/?token={}#top",
    "leaked:{}!",
    "user-{}",
    "Token\t{}\r\nHost: example.com",
    "%22{}%22",
    "header\\n{}\\n",
    '{{\\"token\\": \\"{}\\"}}',
    "\\u0022{}\\u0022",
    "\\x27{}\\x27",
]


@pytest.fixture(params=["stored", "deleted"])
def raw(request, db):
    token = AuthTokenFactory()
    key = token.key
    if request.param == "deleted":
        services.revoke(AuthTokenAdapter().identify(token))
    return key


@pytest.mark.parametrize("form", FORMS)
def test_the_search_box_does_not_display_a_pasted_token(superuser_client, raw, form):
    text = form.format(raw)
    for page in (
        superuser_client.post(REVOKED, {"q": text}, follow=True),
        superuser_client.get(REVOKED, {"q": text}, follow=True),
    ):
        assert page.status_code == 200
        assert raw not in page.text + str(page.redirect_chain)


@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_the_search_box_does_not_display_a_foreign_jwt(superuser_client, prefix):
    raw = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    page = superuser_client.post(REVOKED, {"q": f"{prefix}{raw}"}, follow=True)
    assert raw not in page.text + str(page.redirect_chain)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("field", ["note", "reason"])
def test_the_form_rejects_a_token_in_a_note_or_a_reason(superuser_client, token, form, field):
    fields = {"target": "user", "user": token.user.username, field: form.format(token.key)[:1000]}
    page = superuser_client.post(f"{REVOKED}add/", fields)
    assert page.status_code == 200
    assert token.key not in page.text
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("form", FORMS)
def test_services_neither_store_nor_log_a_token_in_a_note(superuser_client, token, form, caplog):
    caplog.set_level(logging.DEBUG)
    user, key = UserFactory(), token.key
    note = form.format(key)
    services.revoke_all(user, note=note, reason="theft")
    services.log_out(AuthTokenAdapter().identify(AuthTokenFactory()), note=note)
    stored = [*TokenCutoff.objects.values(), *RevokedToken.objects.values()]
    stored += LogEntry.objects.values()
    assert key not in quote(str(stored)) + caplog.text
    assert AuthTokenAdapter().identify(token).fingerprint in str(stored)


def test_a_token_with_a_line_break_is_masked(token):
    half = f"{token.key[:20]}\n{token.key[20:]}"
    assert without_tokens(half) == f"[authtoken {AuthTokenAdapter().identify(token).fingerprint}]"


def test_plain_text_causes_no_query(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        for text in ("", "role_changed", "Seen in a chat. Support-desk knows", "logged out"):
            assert without_tokens(text) == text
            assert tokens_in("") == []


def test_a_token_in_a_pasted_line_is_revoked(superuser_client, token):
    line = f"curl -H 'Authorization: Token {token.key}' https://api.example.com/"
    page = superuser_client.post(f"{REVOKED}add/", {"target": "raw", "raw": line}, follow=True)
    assert token.key not in page.text
    assert RevokedToken.objects.count() == 1
