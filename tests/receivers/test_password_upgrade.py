"""A login that upgrades the password hash revokes no token."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client

HASHERS = "django.contrib.auth.hashers."
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _new_preferred_hasher(user, settings):
    """Prefer another hasher than that of the stored password."""
    settings.PASSWORD_HASHERS = [f"{HASHERS}ScryptPasswordHasher", *settings.PASSWORD_HASHERS]


def hasher_of(user):
    return identify_hasher(get_user_model().objects.get(pk=user.pk).password).algorithm


def test_upgrade_by_login_endpoint_revokes_nothing(user, cutoff_reasons, api_client):
    credentials = {"username": user.username, "password": PASSWORD}
    assert api_client.post("/auth/login/", credentials).status_code == 200
    assert hasher_of(user) == "scrypt"
    assert cutoff_reasons() == []


def test_upgrade_by_session_login_revokes_nothing(user, cutoff_reasons):
    assert Client().login(username=user.username, password=PASSWORD)
    assert hasher_of(user) == "scrypt"
    assert cutoff_reasons() == []


def test_upgrade_by_acheck_password_revokes_nothing(user, cutoff_reasons):
    assert async_to_sync(user.acheck_password)(PASSWORD)
    assert hasher_of(user) == "scrypt"
    assert cutoff_reasons() == []


def test_password_change_with_new_hasher_is_a_change(user, cutoff_reasons):
    user.set_password("a battery staple")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


def test_password_change_after_upgrade_is_a_change(user, cutoff_reasons):
    assert user.check_password(PASSWORD)
    user.password = make_password("a battery staple")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


def test_new_password_replacing_outdated_hash_is_a_change(user, cutoff_reasons):
    user.password = make_password("a battery staple")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


@pytest.mark.parametrize("method", ["set_unusable_password", "set_password"])
def test_unusable_password_replacing_outdated_hash_is_a_change(user, cutoff_reasons, method):
    getattr(user, method)(*([None] if method == "set_password" else []))
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


def test_second_password_change_of_instance_is_a_change(user, cutoff_reasons):
    user.set_password("a battery staple")
    user.save()
    user.password = make_password("another staple")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"] * 2


def test_concurrent_upgrades_revoke_nothing(user, cutoff_reasons):
    other = get_user_model().objects.get(pk=user.pk)
    assert user.check_password(PASSWORD)
    assert other.check_password(PASSWORD)
    assert user.password != other.password
    assert cutoff_reasons() == []


def test_hash_of_unknown_hasher_is_a_change(user, cutoff_reasons):
    user.password = "gone$1$salt$hash"
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


def test_save_of_all_fields_is_a_change(user, cutoff_reasons):
    user.password = make_password("a battery staple")
    user.save()
    assert cutoff_reasons() == ["password_change"]


def test_new_hash_that_is_outdated_is_a_change(user, cutoff_reasons):
    user.password = make_password("a battery staple", hasher="md5")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]


@pytest.mark.parametrize("old", ["!unusable", "gone$1$salt$hash", ""])
def test_hash_replacing_unusable_password_is_a_change(user, cutoff_reasons, old):
    get_user_model().objects.update(password=old)
    user.password = make_password("a battery staple")
    user.save(update_fields=["password"])
    assert cutoff_reasons() == ["password_change"]
