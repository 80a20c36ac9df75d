"""Tests for users whose name is not text, run by ``test_custom_user_models.py``."""

from __future__ import annotations

import json
import uuid
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from token_revocation import services
from token_revocation._rows import make_storable, user_pk
from token_revocation.admin import _users
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.standards.rfc7662 import _username
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

NAMES = {
    "NamedByNumber": 4711,
    "InheritedUser": 4711,
    "NamedByDecimal": 4711,
    "NamedByUUID": uuid.UUID(int=1),
    "NamedByPhone": "+4917012345",
}
IMPOSSIBLE = ["alice", "9" * 40, "?", "1e9999999", "NaN", str(uuid.UUID(int=2)), "\ud800", "0x1"]


@pytest.fixture
def user(db):
    model = get_user_model()
    return model.objects.create_user(**{model.USERNAME_FIELD: NAMES[model.__name__]})


def revoke_tokens(name):
    out = StringIO()
    call_command("revoke_tokens", f"--user={name}", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("named", ["get_username", "pk"])
def test_command_finds_the_user(user, named):
    value = getattr(user, named)
    answer = revoke_tokens(value() if callable(value) else value)
    assert answer["user_name"] == str(user.get_username())
    assert TokenCutoff.objects.get().subject_id == str(user.pk)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_command_reports_an_impossible_name(user, name):
    with pytest.raises(CommandError, match="No user"):
        revoke_tokens(name)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_admin_finds_no_user_with_an_impossible_name(user, name):
    assert _users.find_exact(name) == []
    assert user not in _users.search(make_storable(name))  # A form cannot contain a lone surrogate.


def test_admin_finds_the_user(user):
    assert _users.find_exact(str(user.get_username())) == _users.find_exact(str(user.pk)) == [user]


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_no_subject_has_an_impossible_name(user, name):
    pytest.importorskip("jwt")
    from token_revocation.standards import subjects
    from token_revocation.standards.jose import Issuer

    issuer = Issuer(
        issuer="https://idp.example",
        audience="x",
        jwks_uri="https://idp.example/keys",
        subject_field=get_user_model().USERNAME_FIELD,
    )
    for given in (
        {"format": "opaque", "id": name},
        {"format": "iss_sub", "iss": issuer.issuer, "sub": name},
    ):
        with pytest.raises(subjects.SubjectError):
            subjects.find_user(given, issuer)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_primary_key_is_stored_as_text_only(db, name):
    services.revoke(make_token(subjects=(Subject.user(name),)))
    row = RevokedToken.objects.get()
    assert (row.user_id, row.user_ref) == (user_pk(name), make_storable(name))


def test_introspection_returns_the_username_as_a_string(user):
    assert _username(user) == str(user.get_username())
