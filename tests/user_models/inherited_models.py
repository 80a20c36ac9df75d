"""Tests for models that inherit from the user model, run by ``test_custom_user_models.py``."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from tests.user_models.models import Colleague, Employee
from token_revocation.models import TokenCutoff


@pytest.fixture(params=[Colleague, Employee])
def user(request, db):
    return request.param.objects.create_user(email="a@example.com", password="correct horse")


def reasons():
    return list(TokenCutoff.objects.values_list("reason", flat=True))


def test_password_change_creates_one_cutoff(user):
    user.set_password("a battery staple")
    user.save(update_fields=["password"])
    assert reasons() == ["password_change"]


def test_deactivation_creates_one_cutoff(user):
    user.is_active = False
    user.save()
    assert reasons() == ["deactivation"]


def test_deletion_creates_one_cutoff(user):
    user.delete()
    assert reasons() == ["deletion"]


def test_bulk_deletion_creates_one_cutoff(user):
    type(user).objects.all().delete()
    assert reasons() == ["deletion"]


def test_jwt_finds_the_same_user_as_django(user, rf, django_assert_num_queries):
    tokens = pytest.importorskip("token_revocation.contrib.simplejwt.tokens")
    from token_revocation.contrib.simplejwt import RevocableJWTAuthentication

    raw = str(tokens.RevocableAccessToken.for_user(user))
    request = rf.get("/", headers={"Authorization": f"Bearer {raw}"})
    with django_assert_num_queries(2):
        found, _ = RevocableJWTAuthentication().authenticate(request)
    expected = get_user_model().objects.get(pk=user.pk)
    assert {**vars(found), "_state": None} == {**vars(expected), "_state": None}


@pytest.mark.parametrize("key", ["x", "", None, 7, "0" * 33])
def test_jwt_without_a_user_fails_as_in_django(user, key):
    pytest.importorskip("rest_framework_simplejwt")
    from token_revocation.contrib.simplejwt._users import UserModelProxy

    with pytest.raises((ObjectDoesNotExist, ValidationError)) as expected:
        get_user_model().objects.get(pk=key)
    with pytest.raises(expected.type):
        UserModelProxy(get_user_model()).get(pk=key)
