"""A user who is deleted leaves no working token, and takes no revocation along."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from rest_framework.authtoken.models import Token

from token_revocation import services
from token_revocation._receivers import accounts
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff


def delete_instance(user):
    user.delete()


def delete_queryset(user):
    get_user_model().objects.filter(pk=user.pk).delete()


@pytest.fixture(params=[delete_instance, delete_queryset])
def delete(request):
    return request.param


def test_deletion_revokes_stored_and_stateless_tokens(user, holder, device, delete):
    pk = str(user.pk)
    delete(user)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.is_revoked(device)
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id, cutoff.reason) == ("user", pk, "deletion")


@pytest.mark.trap("T7")
def test_earlier_revocations_survive_deletion(user, token, holder, delete):
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref, revoked_by=user, note="Stolen.")
    delete(user)
    row = RevokedToken.objects.get()
    assert (row.user, row.revoked_by, row.note) == (None, None, "Stolen.")
    assert row.user_ref == ref.subject("user").id
    assert services.is_revoked(ref)


def test_revocations_do_not_reference_deleted_user(user, holder, token, delete):
    delete(user)
    assert not Token.objects.exists()
    row = RevokedToken.objects.get()
    assert (row.user_id, row.reason) == (None, "deletion")


def test_new_user_with_same_primary_key_can_log_in(user, holder, delete, api_client):
    pk = user.pk
    delete(user)
    again = get_user_model().objects.create_user(pk=pk, username="again", password="p")
    issued = services.issue(again)
    assert not services.is_revoked(issued.ref)


def test_deletion_in_admin_revokes_tokens(user, holder, device, admin_client):
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert services.is_revoked(device)


def test_deletion_can_be_excluded_from_revoke_on(user, device, delete, settings):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": ["deactivation"]}
    delete(user)
    assert not TokenCutoff.objects.exists()


def test_deleted_row_of_another_model_revokes_nothing(user):
    accounts.revoke_tokens_of_deleted(sender=Group, instance=Group(pk=user.pk), using="default")
    assert not TokenCutoff.objects.exists()
