"""A password that changes ends every token, whoever changes it and however it is saved."""

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


def in_a_shell(user):
    user.set_password(NEW)
    user.save()


def with_update_fields(user):
    user.set_password(NEW)
    user.save(update_fields=["password"])


def with_other_fields(user):
    user.set_password(NEW)
    user.save(update_fields=["password", "last_login"])


def as_a_hash(user):
    user.password = make_password(NEW)
    user.save(update_fields=["password"])


def to_none_at_all(user):
    user.set_unusable_password()
    user.save()


def by_a_form(user):
    form = SetPasswordForm(user, {"new_password1": NEW, "new_password2": NEW})
    assert form.is_valid()
    form.save()


def by_update_or_create(user):
    get_user_model().objects.update_or_create(pk=user.pk, defaults={"password": make_password(NEW)})


def of_an_instance_that_was_never_loaded(user):
    UserFactory.build(pk=user.pk, username=user.username, password=NEW).save()


def of_an_instance_loaded_in_part(user):
    partial = get_user_model().objects.only("username").get(pk=user.pk)
    in_a_shell(partial)


def by_the_command(user, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)
    call_command("changepassword", user.username, stdout=None, stderr=None)


CHANGES = [
    in_a_shell,
    with_update_fields,
    with_other_fields,
    as_a_hash,
    to_none_at_all,
    by_a_form,
    by_update_or_create,
    of_an_instance_that_was_never_loaded,
    of_an_instance_loaded_in_part,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_password_changed_in_code_leaves_no_token(user, ended, change):
    change(user)
    assert ended() == ["password_change"]


def test_a_password_changed_by_the_command_leaves_no_token(user, ended, monkeypatch, capsys):
    by_the_command(user, monkeypatch)
    assert ended() == ["password_change"]


def test_a_password_changed_in_the_admin_leaves_no_token(user, ended, admin_client):
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    answer = admin_client.post(f"/admin/auth/user/{user.pk}/password/", form)
    assert answer.status_code == 302
    assert ended() == ["password_change"]


def test_a_password_changed_on_the_page_for_it_leaves_no_token(user, ended, settings):
    settings.ROOT_URLCONF = __name__
    browser = Client()
    browser.force_login(user)
    form = {"old_password": "correct horse", "new_password1": NEW, "new_password2": NEW}
    assert browser.post("/accounts/password_change/", form).status_code == 302
    assert ended() == ["password_change"]


def test_the_token_that_a_login_would_hand_out_again_is_destroyed(user, ended, token):
    in_a_shell(user)
    assert ended() == ["password_change"]
    assert not Token.objects.exists()
    assert RevokedToken.objects.get().reason == "password_change"


def test_one_user_who_changes_does_not_log_out_another(ended):
    in_a_shell(UserFactory())
    TokenCutoff.objects.all().delete()
    assert ended() == []


@pytest.mark.parametrize("fields", [None, ["email"], ["password", "email"], []])
def test_a_save_that_changes_no_password_ends_nothing(user, ended, fields):
    user.email = "new@example.com"
    user.save(update_fields=fields)
    assert ended() == []


def test_a_password_that_is_set_and_not_saved_ends_nothing(user, ended):
    user.set_password(NEW)
    user.save(update_fields=["email"])
    assert ended() == []


def test_a_new_user_has_nothing_to_end(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        UserFactory()
    assert not TokenCutoff.objects.exists()


def test_a_save_that_cannot_write_the_password_costs_no_query(user, django_assert_num_queries):
    with django_assert_num_queries(1):
        user.save(update_fields=["last_login"])


def test_a_save_that_could_costs_one_small_query(user, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        user.save()
    assert "email" not in queries[0]["sql"]


def test_a_project_can_do_without(user, ended, settings, django_assert_num_queries):
    settings.TOKEN_REVOCATION = {"REVOKE_ON": []}
    user.set_password(NEW)
    with django_assert_num_queries(1):
        user.save()
    assert ended() == []


def test_a_fixture_that_is_loaded_again_ends_nothing(user, ended, tmp_path):
    fixture = tmp_path / "users.json"
    with fixture.open("w") as out:
        call_command("dumpdata", "auth.user", stdout=out)
    get_user_model().objects.update(password="another")
    call_command("loaddata", fixture, verbosity=0)
    assert ended() == []
