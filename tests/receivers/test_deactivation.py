"""Deactivation of an account revokes all tokens, and reactivation restores none."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.utils import timezone

from tests.factories import UserFactory
from token_revocation import services
from token_revocation._receivers.accounts import revoke_tokens
from token_revocation.models import TokenCutoff


def set_active(user, active, **options):
    user.is_active = active
    user.save(**options)


def test_reactivation_does_not_restore_tokens(user, holder, device):
    set_active(user, False)
    assert holder.get("/protected/").status_code == 401
    set_active(user, True)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.is_revoked(device)
    assert TokenCutoff.objects.get().reason == "deactivation"


def test_login_after_reactivation_is_accepted(user, holder, api_client, client_of):
    set_active(user, False)
    set_active(user, True)
    credentials = {"username": user.username, "password": "correct horse"}
    raw = api_client.post("/auth/login/", credentials).json()["token"]
    assert client_of(raw).get("/protected/").status_code == 200


@pytest.mark.parametrize("fields", [None, ["is_active"], ["is_active", "email"]])
def test_deactivation_is_detected_with_any_update_fields(user, cutoff_reasons, fields):
    set_active(user, False, update_fields=fields)
    assert cutoff_reasons() == ["deactivation"]


def test_deactivation_in_admin_revokes_tokens(user, cutoff_reasons, admin_client):
    form = {
        "username": user.username,
        "date_joined_0": "2030-01-01",
        "date_joined_1": "00:00:00",
    }
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.is_active is False
    assert cutoff_reasons() == ["deactivation"]


def test_second_save_adds_no_cutoff(user, cutoff_reasons):
    set_active(user, False)
    set_active(user, False)
    assert cutoff_reasons() == ["deactivation"]


def test_first_activation_adds_no_cutoff(db):
    newcomer = UserFactory(is_active=False)
    set_active(newcomer, True)
    assert not TokenCutoff.objects.exists()


def test_reactivation_after_silent_deactivation_adds_cutoff(user, cutoff_reasons):
    User.objects.update(is_active=False, last_login=timezone.now())
    set_active(User.objects.get(), True)
    assert cutoff_reasons() == ["deactivation"]


def test_unsaved_deactivation_adds_no_cutoff(user, cutoff_reasons):
    set_active(user, False, update_fields=["email"])
    assert cutoff_reasons() == []


def test_deactivation_with_password_change_adds_two_cutoffs(user, cutoff_reasons):
    user.set_password("a battery staple")
    set_active(user, False)
    assert cutoff_reasons() == ["deactivation", "password_change"]


def test_deactivation_can_be_excluded_from_revoke_on(user, settings):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": ["password_change"]}
    set_active(user, False)
    assert not TokenCutoff.objects.exists()
    user.set_password("a battery staple")
    user.save()
    assert TokenCutoff.objects.get().reason == "password_change"


def test_nested_save_does_not_hide_deactivation(user, cutoff_reasons, save_again):
    set_active(user, False)
    assert cutoff_reasons() == ["deactivation"]


@pytest.fixture
def save_again():
    """Save the user in a receiver of the project, before the receiver of this app."""

    def save(instance, **kwargs):
        post_save.disconnect(save, sender=User)
        instance.save()

    post_save.disconnect(revoke_tokens, sender=User)
    post_save.connect(save, sender=User)
    post_save.connect(revoke_tokens, sender=User)
    yield
    post_save.disconnect(save, sender=User)
