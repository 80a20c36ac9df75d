"""For every user model: run by ``test_other_user_models.py``, with settings of their own."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from token_revocation import services
from token_revocation.admin import users
from token_revocation.models import TokenCutoff

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
    """A client with a token that the user's name and password gave."""
    client = APIClient()
    form = {"username": user.get_username(), "password": PASSWORD}
    raw = client.post("/auth/login/", form).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert client.get("/protected/").status_code == 200
    return client


def test_a_password_change_ends_the_token(user, holder):
    user.set_password("a battery staple")
    user.save()
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason) == (str(user.pk), "password_change")


def test_a_deletion_ends_the_token(user, holder):
    pk = str(user.pk)
    get_user_model().objects.all().delete()
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason) == (pk, "deletion")


def test_a_deactivation_ends_the_token_where_there_is_such_a_thing(user, holder):
    user.is_active = False
    user.save()
    stored = "is_active" in {field.name for field in user._meta.concrete_fields}
    assert TokenCutoff.objects.exists() is stored
    assert (holder.get("/protected/").status_code == 401) is stored


def test_the_user_can_log_out_everywhere(user, holder):
    assert holder.post("/auth/logout/all/").status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    assert services.active_tokens(user) == []


def test_a_new_user_costs_no_more_than_one_small_query(db, credentials, django_assert_num_queries):
    model = get_user_model()
    keyed_from_the_start = model(**credentials).pk is not None
    # Django itself tries an UPDATE first if a primary key was chosen and has no default.
    chosen = not model._meta.pk.has_default()
    with django_assert_num_queries(1 + keyed_from_the_start + chosen):
        model.objects.create_user(password=PASSWORD, **credentials)


def test_people_find_the_user_by_the_name_of_a_login(user):
    name = user.get_username()
    assert list(users.search(name[:5])) == users.called(name) == [user]
    assert users.called(str(user.pk)) == [user]
    assert len({*users.names()}) == len([*users.names()])
