"""Every way to change a password revokes all tokens of the user."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.urls import include, path
from rest_framework.authtoken.models import Token

from tests.factories import UserFactory
from token_revocation.models import RevokedToken, TokenCutoff

NEW = "a battery staple"

urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("", include("tests.urls")),
]


def change_in_shell(user):
    user.set_password(NEW)
    user.save()


def change_with_update_fields(user):
    user.set_password(NEW)
    user.save(update_fields=["password"])


def change_with_other_fields(user):
    user.set_password(NEW)
    user.save(update_fields=["password", "last_login"])


def change_hash(user):
    user.password = make_password(NEW)
    user.save(update_fields=["password"])


def set_unusable_password(user):
    user.set_unusable_password()
    user.save()


def change_by_form(user):
    form = SetPasswordForm(user, {"new_password1": NEW, "new_password2": NEW})
    assert form.is_valid()
    form.save()


def change_by_update_or_create(user):
    get_user_model().objects.update_or_create(pk=user.pk, defaults={"password": make_password(NEW)})


def change_of_unloaded_instance(user):
    UserFactory.build(pk=user.pk, username=user.username, password=NEW).save()


def change_of_deferred_instance(user):
    partial = get_user_model().objects.only("username").get(pk=user.pk)
    change_in_shell(partial)


def change_by_command(user, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)
    call_command("changepassword", user.username, stdout=None, stderr=None)


CHANGES = [
    change_in_shell,
    change_with_update_fields,
    change_with_other_fields,
    change_hash,
    set_unusable_password,
    change_by_form,
    change_by_update_or_create,
    change_of_unloaded_instance,
    change_of_deferred_instance,
]


@pytest.mark.parametrize("change", CHANGES)
def test_password_change_in_code_revokes_tokens(user, cutoff_reasons, change):
    change(user)
    assert cutoff_reasons() == ["password_change"]


def test_password_change_by_command_revokes_tokens(user, cutoff_reasons, monkeypatch, capsys):
    change_by_command(user, monkeypatch)
    assert cutoff_reasons() == ["password_change"]


def test_password_change_in_admin_revokes_tokens(user, cutoff_reasons, admin_client):
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/password/", form)
    assert answer.status_code == 302
    assert cutoff_reasons() == ["password_change"]


def test_password_change_view_revokes_tokens(user, cutoff_reasons, settings):
    settings.ROOT_URLCONF = __name__
    browser = Client()
    browser.force_login(user)
    form = {"old_password": "correct horse", "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/accounts/password_change/", form).status_code == 302
    assert cutoff_reasons() == ["password_change"]


def test_reusable_stored_token_is_deleted(user, cutoff_reasons, token):
    change_in_shell(user)
    assert cutoff_reasons() == ["password_change"]
    assert not Token.objects.exists()
    assert RevokedToken.objects.get().reason == "password_change"


def test_other_users_stay_logged_in(cutoff_reasons):
    change_in_shell(UserFactory())
    TokenCutoff.objects.all().delete()
    assert cutoff_reasons() == []


@pytest.mark.parametrize("fields", [None, ["email"], ["password", "email"], []])
def test_save_without_password_change_revokes_nothing(user, cutoff_reasons, fields):
    user.email = "new@example.com"
    user.save(update_fields=fields)
    assert cutoff_reasons() == []


def test_unsaved_password_change_revokes_nothing(user, cutoff_reasons):
    user.set_password(NEW)
    user.save(update_fields=["email"])
    assert cutoff_reasons() == []


def test_new_user_adds_no_cutoff(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        UserFactory()
    assert not TokenCutoff.objects.exists()


def test_save_of_other_fields_takes_no_query(user, django_assert_num_queries):
    with django_assert_num_queries(1):
        user.save(update_fields=["last_login"])


def test_save_takes_one_small_query(user, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        user.save()
    assert "email" not in queries[0]["sql"]


def test_password_change_can_be_excluded_from_revoke_on(
    user, cutoff_reasons, settings, django_assert_num_queries
):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": []}
    user.set_password(NEW)
    with django_assert_num_queries(1):
        user.save()
    assert cutoff_reasons() == []


def test_loaddata_revokes_nothing(user, cutoff_reasons, tmp_path):
    fixture = tmp_path / "users.json"
    with fixture.open("w") as out:
        call_command("dumpdata", "auth.user", stdout=out)
    get_user_model().objects.update(password="another")
    call_command("loaddata", fixture, verbosity=0)
    assert cutoff_reasons() == []
