from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token

pytestmark = pytest.mark.django_db


def revoke_with(**details):
    token = make_token()
    services.revoke(token, **details)
    return RevokedToken.objects.get(key=token.key)


def test_details_are_empty_by_default():
    row = revoke_with()
    assert (row.reason, row.note, row.revoked_by) == ("", "", None)


def test_details_are_stored(user):
    row = revoke_with(reason="stolen_laptop", note="Ticket 7", revoked_by=user)
    assert (row.reason, row.note, row.revoked_by) == ("stolen_laptop", "Ticket 7", user)


def test_cutoff_stores_details(user):
    services.revoke_everyone(reason="incident_42", note="All of it.", revoked_by=user)
    row = TokenCutoff.objects.get()
    assert (row.reason, row.note, row.revoked_by) == ("incident_42", "All of it.", user)


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_revoked_by_may_be_absent(user):
    assert revoke_with(revoked_by=user).revoked_by is None


def test_reason_may_have_64_characters():
    assert revoke_with(reason="🔒" * 64).reason == "🔒" * 64


def test_lone_surrogate_in_note_is_escaped():
    assert revoke_with(note="\ud800").note == "\\ud800"


@pytest.mark.parametrize("details", [{"reason": "x" * 65}, {"reason": "\x00"}, {"note": "\x00"}])
@pytest.mark.parametrize("service", [services.revoke, services.revoke_session])
def test_invalid_details_raise_before_any_write(service, details):
    subject = make_token() if service is services.revoke else "s"
    with pytest.raises(ValueError, match=r"reason|note"):
        service(subject, **details)
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
