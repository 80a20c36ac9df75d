"""An account that is deactivated ends every token, and activating it again revives none."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.utils import timezone

from tests.factories import UserFactory
from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.receivers.accounts import end_tokens


def set_active(user, active, **options):
    user.is_active = active
    user.save(**options)


def test_an_account_that_is_active_again_does_not_revive_its_tokens(user, holder, device):
    set_active(user, False)
    assert holder.get("/protected/").status_code == 401
    set_active(user, True)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.is_revoked(device)
    assert TokenCutoff.objects.get().reason == "deactivation"


def test_a_login_after_that_is_accepted(user, holder, api_client, client_of):
    set_active(user, False)
    set_active(user, True)
    credentials = {"username": user.username, "password": "correct horse"}
    raw = api_client.post("/auth/login/", credentials).json()["token"]
    assert client_of(raw).get("/protected/").status_code == 200


@pytest.mark.parametrize("fields", [None, ["is_active"], ["is_active", "email"]])
def test_however_it_is_saved(user, ended, fields):
    set_active(user, False, update_fields=fields)
    assert ended() == ["deactivation"]


def test_an_account_deactivated_in_the_admin_leaves_no_token(user, ended, admin_client):
    form = {
        "username": user.username,
        "date_joined_0": "2030-01-01",
        "date_joined_1": "00:00:00",
    }
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/change/", form)
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.is_active is False
    assert ended() == ["deactivation"]


def test_saving_it_once_more_adds_no_second_cutoff(user, ended):
    set_active(user, False)
    set_active(user, False)
    assert ended() == ["deactivation"]


def test_the_first_activation_is_no_event(db):
    newcomer = UserFactory(is_active=False)
    set_active(newcomer, True)
    assert not TokenCutoff.objects.exists()


def test_a_deactivation_without_a_signal_is_made_up_for_when_it_ends(user, ended):
    User.objects.update(is_active=False, last_login=timezone.now())
    set_active(User.objects.get(), True)
    assert ended() == ["deactivation"]


def test_what_is_not_saved_did_not_happen(user, ended):
    set_active(user, False, update_fields=["email"])
    assert ended() == []


def test_both_at_once_are_two_reasons(user, ended):
    user.set_password("a battery staple")
    set_active(user, False)
    assert ended() == ["deactivation", "password_change"]


def test_a_project_can_choose(user, settings):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": ["password_change"]}
    set_active(user, False)
    assert not TokenCutoff.objects.exists()
    user.set_password("a battery staple")
    user.save()
    assert TokenCutoff.objects.get().reason == "password_change"


def test_a_save_within_a_save_does_not_hide_it(user, ended, save_once_more):
    set_active(user, False)
    assert ended() == ["deactivation"]


@pytest.fixture
def save_once_more():
    """What a receiver of the project does after a save, and before ours hears of it."""

    def save(instance, **kwargs):
        post_save.disconnect(save, sender=User)
        instance.save()

    post_save.disconnect(end_tokens, sender=User)
    post_save.connect(save, sender=User)
    post_save.connect(end_tokens, sender=User)
    yield
    post_save.disconnect(save, sender=User)
