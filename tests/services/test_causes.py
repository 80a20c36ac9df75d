from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token

pytestmark = pytest.mark.django_db


def recorded(**cause):
    token = make_token()
    services.revoke(token, **cause)
    return RevokedToken.objects.get(key=token.key)


def test_without_a_cause_nothing_is_made_up():
    row = recorded()
    assert (row.reason, row.note, row.revoked_by) == ("", "", None)


def test_a_cause_is_recorded_as_given(user):
    row = recorded(reason="stolen_laptop", note="Ticket 7", revoked_by=user)
    assert (row.reason, row.note, row.revoked_by) == ("stolen_laptop", "Ticket 7", user)


def test_a_cutoff_records_the_same(user):
    services.revoke_everyone(reason="incident_42", note="All of it.", revoked_by=user)
    row = TokenCutoff.objects.get()
    assert (row.reason, row.note, row.revoked_by) == ("incident_42", "All of it.", user)


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nobody_in_particular_is_nobody(nobody):
    assert recorded(revoked_by=nobody).revoked_by is None


def test_a_reason_may_have_64_characters_of_any_kind():
    assert recorded(reason="🔒" * 64).reason == "🔒" * 64


@pytest.mark.parametrize(
    "cause", [{"reason": "x" * 65}, {"reason": "\x00"}, {"note": "\x00"}, {"note": "\ud800"}]
)
@pytest.mark.parametrize("verb", [services.revoke, services.revoke_session])
def test_what_no_column_can_hold_is_refused_before_anything_is_stored(verb, cause):
    subject = make_token() if verb is services.revoke else "s"
    with pytest.raises(ValueError, match=r"reason|note|surrogates"):
        verb(subject, **cause)
    assert not RevokedToken.objects.exists()
    assert not TokenCutoff.objects.exists()
