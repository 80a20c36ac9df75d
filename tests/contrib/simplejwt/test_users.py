"""SQL that is built once finds the user that Django finds, and fails as Django fails."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Manager, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from tests.contrib.instances import Hesitant, manage, seen
from tests.contrib.simplejwt.clients import answer_code, sending
from token_revocation.contrib.simplejwt.users import Users


class Refusing(QuerySet):
    def get(self, *args, **kwargs):
        raise self.model.DoesNotExist


@pytest.fixture
def users(db):
    return Users(get_user_model())


def outcome(get):
    """The user that is found, or how it fails."""
    try:
        return seen(get())
    except Exception as error:  # Whatever it is, both are to fail so.
        return type(error)


def test_it_is_the_user_that_django_makes_in_one_query(users, user, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = outcome(lambda: users.objects.get(pk=user.pk))
    assert found == outcome(lambda: type(user).objects.get(pk=user.pk))


def test_the_sql_is_built_once(users, user, monkeypatch):
    users.get(pk=user.pk)
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert users.get(pk=user.pk) == user


ODD = ["x", "", " ", None, True, 1.5, -1, 0, "٣", 10**9, 10**30, "9" * 40, [], {}, "\x00"]


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("name", ["pk", "id", "username", "nothing"])
def test_what_is_no_key_fails_as_it_does_in_django(users, user, name, value):
    lookup = {name: value}
    stock = outcome(lambda: get_user_model().objects.get(**lookup))
    assert outcome(lambda: users.objects.get(**lookup)) == stock


@pytest.mark.parametrize("spell", [str, lambda pk: f" {pk} ", lambda pk: f"0{pk}"])
def test_a_key_may_be_spelt_in_every_way_that_django_reads(users, user, spell):
    stock = outcome(lambda: type(user).objects.get(pk=spell(user.pk)))
    assert outcome(lambda: users.get(pk=spell(user.pk))) == stock


@pytest.mark.parametrize("manager", [Hesitant(), Manager.from_queryset(Refusing)()])
def test_a_manager_of_the_project_decides(monkeypatch, pair, manager):
    assert sending(pair.access).get("/protected/").status_code == 200
    manage(monkeypatch, get_user_model(), manager)
    answer = sending(pair.access).get("/protected/")
    assert answer_code(answer) == (401, "user_not_found")


def test_what_else_is_asked_of_the_model_is_answered_by_it(users):
    assert users.DoesNotExist is get_user_model().DoesNotExist
