from __future__ import annotations

import uuid
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_revocation.tokens import (
    BEFORE_ALL_CUTOFFS,
    EVERYONE,
    IssuedToken,
    Subject,
    TokenRef,
    is_presentable,
    name_key,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOKEN = TokenRef(kind="jwt", identifier="1", issued_at=NOON)
names = st.text(st.characters(), max_size=20)


@pytest.mark.parametrize("raw", ["a", "~", "!", "x" * 8192, "eyJ.e30.-_"])
def test_visible_ascii_is_presentable(raw):
    assert is_presentable(raw)


@pytest.mark.parametrize("raw", ["", " ", "a b", "a\n", "\x00", "\x7f", "é", "\ud800", "x" * 8193])
def test_other_strings_are_not_presentable(raw):
    assert not is_presentable(raw)


@given(one=st.lists(names, max_size=4), other=st.lists(names, max_size=4))
def test_different_names_have_different_keys(one, other):
    assert (name_key(*one) == name_key(*other)) is (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(["ab", "c"], ["a", "bc"]), (["a"], ["a", ""]), (["a"], ["A"]), (["1:a"], ["a"])],
)
def test_the_boundary_between_names_is_part_of_the_key(one, other):
    assert name_key(*one) != name_key(*other)


@given(parts=st.lists(names, max_size=4))
def test_a_key_is_a_version_4_uuid(parts):
    key = name_key(*parts)
    assert (key.version, key.variant) == (4, uuid.RFC_4122)


def test_keys_never_change():
    # Keys are stored: computing them differently would lose every revocation.
    assert str(TOKEN.key) == "fa0cc15c-b56f-4c4f-8ef1-0f4d58b1df32"
    assert str(EVERYONE.key) == "3aff1fb8-767a-43d4-b47b-445cc26090cf"
    assert str(Subject.user(7).key) == "66bfec27-d356-4946-bb27-5dfa582d194c"
    assert str(name_key("é", "😀")) == "428e9ada-6e28-4ddb-bf53-92c12f24fb8c"


@pytest.mark.parametrize("part", ["kind", "identifier", "issuer"])
def test_the_key_depends_on_kind_issuer_and_identifier(part):
    assert replace(TOKEN, **{part: "other"}).key != TOKEN.key


@pytest.mark.parametrize("part", ["issued_at", "expires_at"])
def test_the_key_does_not_depend_on_times(part):
    assert replace(TOKEN, **{part: NOON + SECOND}).key == TOKEN.key


def test_subjects_of_different_types_have_different_keys():
    subjects = [Subject.user("7"), Subject.session("7"), Subject.client("7"), EVERYONE]
    assert len({subject.key for subject in subjects}) == 4


def test_a_user_is_identified_by_any_primary_key():
    pk = uuid.uuid4()
    assert Subject.user(pk) == Subject.user(str(pk))
    assert Subject.user(7) == Subject(type="user", id="7")


def test_everyone_is_a_subject_of_every_token():
    token = replace(TOKEN, subjects=(Subject.user(7),))
    assert TOKEN.cutoff_keys == (EVERYONE.key,)
    assert token.cutoff_keys == (Subject.user(7).key, EVERYONE.key)


def test_a_subject_is_found_by_its_type():
    token = replace(TOKEN, subjects=(Subject.user(7), Subject.session("s")))
    assert token.subject("session") == Subject.session("s")
    assert token.subject("client") is None


def test_the_family_is_the_session_or_the_token():
    assert TOKEN.family_key == TOKEN.key
    assert replace(TOKEN, subjects=(Subject.session("s"),)).family_key == Subject.session("s").key


def test_the_fingerprint_is_the_beginning_of_the_key():
    assert len(TOKEN.fingerprint) == 8
    assert TOKEN.fingerprint == TOKEN.key.hex[:8]


@pytest.mark.parametrize(
    ("issued_at", "is_revoked"),
    [
        (NOON - SECOND, True),
        (NOON, True),
        (NOON + timedelta(microseconds=1), False),
        (BEFORE_ALL_CUTOFFS, True),
        (None, True),
    ],
)
def test_a_cutoff_revokes_tokens_issued_up_to_it(issued_at, is_revoked):
    assert (
        replace(TOKEN, issued_at=issued_at).is_revoked_by(not_before=NOON, kept=None) is is_revoked
    )


def test_a_cutoff_exempts_the_token_or_session_that_it_keeps():
    of_session = replace(TOKEN, subjects=(Subject.session("s"),))
    assert not TOKEN.is_revoked_by(not_before=NOON, kept=TOKEN.key)
    assert not of_session.is_revoked_by(not_before=NOON, kept=Subject.session("s").key)
    assert TOKEN.is_revoked_by(not_before=NOON, kept=Subject.session("s").key)


@pytest.mark.parametrize(
    ("expires_at", "leeway", "expired"),
    [
        (None, SECOND, False),
        (NOON, timedelta(0), True),
        (NOON + SECOND, timedelta(0), False),
        (NOON, SECOND, False),
        (NOON - SECOND, SECOND, True),
    ],
)
def test_a_token_expires_after_its_leeway(expires_at, leeway, expired):
    assert replace(TOKEN, expires_at=expires_at).is_expired(NOON, leeway) is expired


@pytest.mark.parametrize("value", [TOKEN, EVERYONE, IssuedToken(raw="secret", ref=TOKEN)])
def test_values_are_immutable(value):
    with pytest.raises(FrozenInstanceError):
        value.kind = "other"


def test_repr_does_not_contain_the_raw_token():
    assert "secret" not in repr(IssuedToken(raw="secret", ref=TOKEN))
