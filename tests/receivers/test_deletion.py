"""A user who is deleted leaves no working token, and takes no revocation along."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token

from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff


def one_by_one(user):
    user.delete()


def in_bulk(user):
    get_user_model().objects.filter(pk=user.pk).delete()


@pytest.fixture(params=[one_by_one, in_bulk])
def delete(request):
    return request.param


def test_every_token_ends_also_one_that_nobody_stores(user, holder, device, delete):
    pk = str(user.pk)
    delete(user)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.is_revoked(device)
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id, cutoff.reason) == ("user", pk, "deletion")


@pytest.mark.trap("T7")
def test_what_was_revoked_before_stays_revoked(user, token, holder, delete):
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref, revoked_by=user, note="Stolen.")
    delete(user)
    row = RevokedToken.objects.get()
    assert (row.user, row.revoked_by, row.note) == (None, None, "Stolen.")
    assert row.user_ref == ref.subject("user").id
    assert services.is_revoked(ref)


def test_no_row_points_at_a_user_who_is_gone(user, holder, token, delete):
    delete(user)
    assert not Token.objects.exists()
    row = RevokedToken.objects.get()
    assert (row.user_id, row.reason) == (None, "deletion")


def test_a_user_who_takes_the_same_key_later_is_not_locked_out(user, holder, delete, api_client):
    pk = user.pk
    delete(user)
    again = get_user_model().objects.create_user(pk=pk, username="again", password="p")
    issued = services.issue(again)
    assert not services.is_revoked(issued.ref)


def test_in_the_admin_too(user, holder, device, admin_client):
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert services.is_revoked(device)


def test_a_project_can_do_without(user, device, delete, settings):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": ["deactivation"]}
    delete(user)
    assert not TokenCutoff.objects.exists()
