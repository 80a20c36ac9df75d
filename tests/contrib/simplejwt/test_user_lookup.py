"""The compiled query for the user of a token finds and fails like Django's manager."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Manager, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from tests.contrib.model_instances import EmptyManager, get_state, replace_manager
from tests.contrib.simplejwt.clients import client_with, response_code
from token_revocation.contrib.simplejwt._users import UserModelProxy


class EmptyGetQuerySet(QuerySet):
    def get(self, *args, **kwargs):
        raise self.model.DoesNotExist


@pytest.fixture
def users(db):
    return UserModelProxy(get_user_model())


def get_outcome(get):
    """Return the state of the user, or the class of the exception."""
    try:
        return get_state(get())
    except Exception as error:  # Both lookups must raise the same exception.
        return type(error)


def test_user_is_the_instance_that_django_returns(users, user, django_assert_num_queries):
    with django_assert_num_queries(1):
        result = get_outcome(lambda: users.objects.get(pk=user.pk))
    assert result == get_outcome(lambda: type(user).objects.get(pk=user.pk))


def test_sql_is_compiled_once(users, user, monkeypatch):
    users.get(pk=user.pk)
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert users.get(pk=user.pk) == user


INVALID_KEYS = ["x", "", " ", None, True, 1.5, -1, 0, "٣", 10**9, 10**30, "9" * 40, [], {}, "\x00"]


@pytest.mark.parametrize("value", INVALID_KEYS, ids=repr)
@pytest.mark.parametrize("name", ["pk", "id", "username", "nothing"])
def test_invalid_key_fails_as_in_django(users, user, name, value):
    lookup = {name: value}
    expected = get_outcome(lambda: get_user_model().objects.get(**lookup))
    assert get_outcome(lambda: users.objects.get(**lookup)) == expected


@pytest.mark.parametrize("format_key", [str, lambda pk: f" {pk} ", lambda pk: f"0{pk}"])
def test_key_is_parsed_as_by_django(users, user, format_key):
    expected = get_outcome(lambda: type(user).objects.get(pk=format_key(user.pk)))
    assert get_outcome(lambda: users.get(pk=format_key(user.pk))) == expected


@pytest.mark.parametrize("manager", [EmptyManager(), Manager.from_queryset(EmptyGetQuerySet)()])
def test_custom_manager_is_used(monkeypatch, pair, manager):
    assert client_with(pair.access).get("/protected/").status_code == 200
    replace_manager(monkeypatch, get_user_model(), manager)
    response = client_with(pair.access).get("/protected/")
    assert response_code(response) == (401, "user_not_found")


def test_other_attributes_are_those_of_the_model(users):
    assert users.DoesNotExist is get_user_model().DoesNotExist
