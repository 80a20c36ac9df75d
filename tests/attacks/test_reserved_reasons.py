"""The reason ``rotated`` is reserved: no caller can pass it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from token_revocation import services
from token_revocation.admin._forms import RevokeForm
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.serializers import LeakedTokensSerializer, UserRevokeSerializer
from token_revocation.testing import make_token

SPELLINGS = ["rotated", "Rotated", " rotated ", "ROTATED"]

SERVICES = {
    "revoke": lambda reason: services.revoke(make_token(), reason=reason),
    "revoke_many": lambda reason: services.revoke_many([make_token()], reason=reason),
    "revoke_everyone": lambda reason: services.revoke_everyone(reason=reason),
    "revoke_session": lambda reason: services.revoke_session("s", reason=reason),
    "revoke_client": lambda reason: services.revoke_client("c", reason=reason),
    "revoke_identifiers": (
        lambda reason: services.revoke_identifiers("authtoken", ["x"], reason=reason)
    ),
    "revoke_leaked": lambda reason: services.revoke_leaked(["x"], reason=reason),
    "log_out": lambda reason: services.log_out(make_token(), reason=reason),
    "record_deletion": lambda reason: services.record_deletion(make_token(), reason=reason),
}


def is_nothing_stored():
    return not RevokedToken.objects.exists() and not TokenCutoff.objects.exists()


@pytest.mark.parametrize("reason", SPELLINGS)
@pytest.mark.parametrize("revoke", SERVICES.values(), ids=SERVICES)
def test_services_reject_the_reserved_reason(db, revoke, reason):
    with pytest.raises(ValueError, match="reserved"):
        revoke(reason)
    assert is_nothing_stored()


@pytest.mark.parametrize("serializer", [UserRevokeSerializer, LeakedTokensSerializer])
def test_serializers_reject_the_reserved_reason(serializer):
    body = serializer(data={"tokens": ["x"], "reason": "rotated"})
    assert not body.is_valid()
    assert body.errors["reason"][0].code == "reserved"


def test_the_endpoint_for_staff_rejects_the_reserved_reason(user, admin_user):
    client = APIClient()
    client.force_authenticate(admin_user)
    answer = client.post(f"/auth/users/{user.pk}/revoke/", {"reason": "rotated"})
    assert (answer.status_code, list(answer.json())) == (400, ["reason"])
    assert is_nothing_stored()


def test_the_command_rejects_the_reserved_reason(db):
    with pytest.raises(CommandError, match="reserved"):
        call_command("revoke_tokens", "--everyone", "--yes", "--reason", "rotated")
    assert is_nothing_stored()


@pytest.mark.parametrize("reason", SPELLINGS)
def test_the_admin_rejects_the_reserved_reason(db, reason):
    form = RevokeForm({}, {"reason": reason})
    assert form.errors["reason"].as_data()[0].code == "reserved"


def test_a_revoked_token_is_not_rotated_within_the_grace_period(db, settings):
    settings.TOKEN_REVOCATION = {"REFRESH_GRACE_PERIOD": timedelta(minutes=1)}
    token, successor = make_token(), make_token()
    rotate = partial(services.rotate, token, successor)
    assert rotate().is_first_use
    assert not rotate().is_first_use
    services.revoke(token)
    assert rotate() is None
