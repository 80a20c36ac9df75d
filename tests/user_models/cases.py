"""Tests for every user model, run by ``test_custom_user_models.py`` with their own settings."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from token_revocation import services
from token_revocation.admin import _users
from token_revocation.models import TokenCutoff
from token_revocation.tokens import Subject

NAMES = {"email": "o'brien@example.com", "name": "o'brien, \u00e9 \U0001f600"}
PASSWORD = "correct horse"


@pytest.fixture
def credentials():
    return {get_user_model().USERNAME_FIELD: NAMES[get_user_model().USERNAME_FIELD]}


@pytest.fixture
def user(db, credentials):
    return get_user_model().objects.create_user(password=PASSWORD, **credentials)


@pytest.fixture
def holder(user):
    """A client that logged in with the name and password of the user."""
    client = APIClient()
    form = {"username": user.get_username(), "password": PASSWORD}
    raw = client.post("/auth/login/", form).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert client.get("/protected/").status_code == 200
    return client


def test_password_change_revokes_the_token(user, holder):
    user.set_password("a battery staple")
    user.save()
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason) == (str(user.pk), "password_change")


def test_browser_session_names_its_user(user, client, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["token_revocation.contrib.sessions.SessionAdapter"]}
    import_module("token_revocation.contrib.sessions")
    client.force_login(user)
    ref = services.resolve(client.session.session_key)
    assert (ref.subject("user"), services.is_revoked(ref)) == (Subject.user(user.pk), False)
    services.revoke_all(user)
    assert services.is_revoked(ref)


def test_deletion_revokes_the_token(user, holder):
    pk = str(user.pk)
    get_user_model().objects.all().delete()
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason) == (pk, "deletion")


def test_deactivation_revokes_the_token_if_the_model_supports_it(user, holder):
    user.is_active = False
    user.save()
    has_column = "is_active" in {field.name for field in user._meta.concrete_fields}
    assert TokenCutoff.objects.exists() is has_column
    assert (holder.get("/protected/").status_code == 401) is has_column


def test_user_can_log_out_everywhere(user, holder):
    assert holder.post("/auth/logout/all/").status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.active_tokens(user) == []


def test_creating_a_user_needs_at_most_one_more_query(db, credentials, django_assert_num_queries):
    model = get_user_model()
    has_pk_before_save = model(**credentials).pk is not None
    # Django tries an UPDATE first if the primary key was set and has no default.
    tries_update = not model._meta.pk.has_default()
    with django_assert_num_queries(1 + has_pk_before_save + tries_update):
        model.objects.create_user(password=PASSWORD, **credentials)


def test_search_finds_the_user_by_login_name_and_pk(user):
    name = user.get_username()
    assert list(_users.search(name[:5])) == _users.find_exact(name) == [user]
    assert _users.find_exact(str(user.pk)) == [user]
    assert len({*_users.name_fields()}) == len([*_users.name_fields()])
