"""Revocations are stored in full where the database has a narrow character set."""

from __future__ import annotations

import pytest
from django.db import connection, connections

from token_revocation import _charsets, fields, services
from token_revocation._charsets import escape
from token_revocation.models import MAX_NAME_LENGTH, RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

EMOJI = "login \N{GRINNING FACE}"
JAPANESE = "\N{HIRAGANA LETTER A}"
NAMES = [EMOJI, JAPANESE, "\ud83d", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", EMOJI * 40]
TABLES = (RevokedToken, TokenCutoff)


@pytest.fixture(params=["latin1", "utf8mb3", "utf8mb4"])
def charset(request, transactional_db, monkeypatch):
    """The character set of the tables; PostgreSQL has one for the whole database."""
    if connection.vendor == "mysql":
        convert_tables(request.param)
        yield request.param
        convert_tables("utf8mb4")
        return
    monkeypatch.setattr(fields, "get_charsets", lambda *args: [request.param])
    yield request.param


def convert_tables(charset):
    with connection.cursor() as cursor:
        for table in TABLES:
            name = connection.ops.quote_name(table._meta.db_table)
            cursor.execute(f"ALTER TABLE {name} CONVERT TO CHARACTER SET {charset}")
    vars(connections["default"]).pop(_charsets.CACHE_ATTRIBUTE, None)


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.usefixtures("charset")
def test_a_token_is_revoked_whatever_its_identifier(text):
    token = make_token(identifier=text, subjects=(Subject(type="user", id=text),))
    assert services.revoke(token, reason=text[:7], note=text)
    assert services.is_revoked(token)
    assert not services.revoke(token)
    row = RevokedToken.objects.get()
    assert len(row.identifier) <= MAX_NAME_LENGTH
    assert row.note.startswith(("login", "\\u", "caf", JAPANESE))


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.usefixtures("charset")
def test_a_session_is_revoked_whatever_its_id(text):
    subject = Subject(type="session", id=text)
    token = make_token(subjects=(subject,))
    services.revoke_session(text, note=text)
    assert services.is_revoked(token)
    assert len(TokenCutoff.objects.get().subject_id) <= MAX_NAME_LENGTH


@pytest.mark.usefixtures("charset")
def test_any_identifiers_are_revoked_in_bulk():
    assert services.revoke_identifiers("contract", NAMES, note=EMOJI) == len(NAMES)
    assert all(services.is_revoked(make_token(identifier=text)) for text in NAMES)


@pytest.mark.usefixtures("charset")
def test_a_row_is_found_by_its_original_identifier():
    services.revoke(make_token(identifier=EMOJI))
    assert RevokedToken.objects.filter(identifier=EMOJI).exists()


def test_characters_that_the_charset_holds_are_not_escaped(charset):
    services.revoke(make_token(identifier=EMOJI))
    expected = EMOJI if charset == "utf8mb4" else "login \\U0001f600"
    assert RevokedToken.objects.get().identifier == expected


@pytest.mark.parametrize(
    ("charset", "expected"),
    [
        ("utf8mb4", "\xe9\u3042\U0001f600"),
        ("utf-8", "\xe9\u3042\U0001f600"),
        ("SQL_ASCII", "\xe9\u3042\U0001f600"),
        ("utf8mb3", "\xe9\u3042\\U0001f600"),
        ("LATIN1", "\xe9\\u3042\\U0001f600"),
        ("WIN1252", "\xe9\\u3042\\U0001f600"),
        ("sjis", "\\xe9\u3042\\U0001f600"),
        ("geostd8", "\\xe9\\u3042\\U0001f600"),
    ],
)
def test_only_characters_outside_the_charset_are_escaped(charset, expected):
    assert escape("\xe9\u3042\U0001f600", charset) == expected


@pytest.mark.django_db
def test_the_charset_of_a_column_is_read_from_the_database():
    charsets = _charsets.get_charsets(RevokedToken._meta.db_table, "identifier", connection)
    assert {charset.lower() for charset in charsets} <= {"utf-8", "utf8", "utf8mb4"}
