"""Deletion pages of the admin do not show secret columns of the rows that they list."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.admin._deleted_objects import find_secrets, mask_secrets

KEY = "c0ffee" * 6 + "_<&>"
"""A key with characters that Django escapes in pages and URLs."""

USERS = "/admin/auth/user/"


@pytest.fixture
def user(db):
    return AuthTokenFactory(key=KEY).user


@pytest.fixture
def staff(staff_client):
    """Staff who may delete users, and have no permission for tokens."""
    return staff_client("auth.view_user", "auth.delete_user")


def shows_key(response):
    assert response.status_code == 200
    return "c0ffee" in response.content.decode()


def test_the_deletion_page_of_a_user_shows_no_key(staff, user):
    answer = staff.get(f"{USERS}{user.pk}/delete/")
    assert "Token: …" in answer.content.decode()
    assert not shows_key(answer)


def test_the_deletion_page_of_selected_users_shows_no_key(staff, user):
    form = {"action": "delete_selected", "_selected_action": [user.pk]}
    answer = staff.post(USERS, form)
    assert user.username in answer.content.decode()
    assert not shows_key(answer)


def test_a_link_to_a_token_contains_no_key(superuser_client, user, rf):
    request = rf.get("/")
    request.user = superuser_client.staff
    page = admin.site._registry[get_user_model()]
    url = reverse("admin:auth_user_change", args=(1,))
    lines, *_ = page.get_deleted_objects([user], request)
    assert KEY not in repr(lines)
    assert url.removesuffix("1/change/") in repr(lines)


def test_a_user_can_be_deleted(staff, user):
    staff.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})
    assert not get_user_model().objects.filter(pk=user.pk).exists()


def test_a_secret_is_masked_in_every_form(user):
    secrets = find_secrets([user], {"authtoken.Token.key"})
    assert mask_secrets([KEY, [f"Token: {KEY}", "Other"]], secrets) == ["…", ["Token: …", "Other"]]


def test_empty_columns_and_selections_mask_nothing(db):
    user = UserFactory()
    user.password = ""
    assert find_secrets([user], {"auth.User.password"}) == set()
    assert find_secrets([], {"auth.User.password"}) == set()
    assert mask_secrets(["Token"], ()) == ["Token"]
