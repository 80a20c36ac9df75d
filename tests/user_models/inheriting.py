"""For models that inherit from the user model: run by ``test_other_user_models.py``."""

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


def test_a_password_change_is_one_cutoff(user):
    user.set_password("a battery staple")
    user.save(update_fields=["password"])
    assert reasons() == ["password_change"]


def test_a_deactivation_is_one_cutoff(user):
    user.is_active = False
    user.save()
    assert reasons() == ["deactivation"]


def test_a_deletion_is_one_cutoff(user):
    user.delete()
    assert reasons() == ["deletion"]


def test_a_deletion_in_bulk_is_one_cutoff(user):
    type(user).objects.all().delete()
    assert reasons() == ["deletion"]


def test_a_jwt_finds_the_user_that_django_finds(user, rf, django_assert_num_queries):
    tokens = pytest.importorskip("token_revocation.contrib.simplejwt.tokens")
    from token_revocation.contrib.simplejwt import RevocableJWTAuthentication

    raw = str(tokens.RevocableAccessToken.for_user(user))
    request = rf.get("/", headers={"Authorization": f"Bearer {raw}"})
    with django_assert_num_queries(2):
        found, _ = RevocableJWTAuthentication().authenticate(request)
    stock = get_user_model().objects.get(pk=user.pk)
    assert {**vars(found), "_state": None} == {**vars(stock), "_state": None}


@pytest.mark.parametrize("key", ["x", "", None, 7, "0" * 33])
def test_a_jwt_that_names_no_user_fails_as_it_does_in_django(user, key):
    pytest.importorskip("rest_framework_simplejwt")
    from token_revocation.contrib.simplejwt.users import Users

    with pytest.raises((ObjectDoesNotExist, ValidationError)) as stock:
        get_user_model().objects.get(pk=key)
    with pytest.raises(stock.type):
        Users(get_user_model()).get(pk=key)
