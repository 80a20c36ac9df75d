"""A login that hashes the password anew changes no password, and logs nobody out."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client

HASHERS = "django.contrib.auth.hashers."
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _better_hasher(user, settings):
    """One that is preferred since the password of ``user`` was hashed."""
    settings.PASSWORD_HASHERS = [f"{HASHERS}ScryptPasswordHasher", *settings.PASSWORD_HASHERS]


def hasher_of(user):
    return identify_hasher(get_user_model().objects.get(pk=user.pk).password).algorithm


def test_a_login_through_our_endpoint_that_upgrades_the_hash_ends_nothing(user, ended, api_client):
    credentials = {"username": user.username, "password": PASSWORD}
    assert api_client.post("/auth/login/", credentials).status_code == 200
    assert hasher_of(user) == "scrypt"
    assert ended() == []


def test_a_login_to_a_session_that_upgrades_the_hash_ends_nothing(user, ended):
    assert Client().login(username=user.username, password=PASSWORD)
    assert hasher_of(user) == "scrypt"
    assert ended() == []


def test_an_asynchronous_login_that_upgrades_the_hash_ends_nothing(user, ended):
    assert async_to_sync(user.acheck_password)(PASSWORD)
    assert hasher_of(user) == "scrypt"
    assert ended() == []


def test_a_change_to_a_better_hasher_is_a_change(user, ended):
    user.set_password("a battery staple")
    user.save(update_fields=["password"])
    assert ended() == ["password_change"]


def test_a_change_in_the_request_that_upgraded_is_a_change(user, ended):
    assert user.check_password(PASSWORD)
    user.password = make_password("a battery staple")
    user.save(update_fields=["password"])
    assert ended() == ["password_change"]


def test_a_save_of_everything_is_no_upgrade(user, ended):
    user.password = make_password("a battery staple")
    user.save()
    assert ended() == ["password_change"]


def test_a_hash_that_is_itself_outdated_is_no_upgrade(user, ended):
    user.password = make_password("a battery staple", hasher="md5")
    user.save(update_fields=["password"])
    assert ended() == ["password_change"]


@pytest.mark.parametrize("old", ["!unusable", "gone$1$salt$hash", ""])
def test_nobody_could_log_in_with_it_so_it_is_no_upgrade(user, ended, old):
    get_user_model().objects.update(password=old)
    user.password = make_password("a battery staple")
    user.save(update_fields=["password"])
    assert ended() == ["password_change"]
