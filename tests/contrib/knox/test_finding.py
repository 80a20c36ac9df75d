"""SQL that is built once finds what Django finds, and never freezes what must be live."""

from __future__ import annotations

import pytest
from django.db.models.sql.compiler import SQLCompiler

pytest.importorskip("knox")

from knox.models import AuthToken

from tests.contrib.instances import Hesitant, manage, seen
from tests.contrib.knox.asking import ask
from token_revocation.contrib.knox.finding import token_of


def test_it_is_the_token_that_django_makes_and_its_user(make, django_assert_num_queries):
    token, raw = make()
    with django_assert_num_queries(1):
        found = token_of(AuthToken, raw)
        assert found.user
    assert seen(found) == seen(AuthToken.objects.select_related("user").get(pk=token.pk))


def test_the_sql_is_built_once(make, monkeypatch):
    token, raw = make()
    token_of(AuthToken, raw)
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert token_of(AuthToken, raw) == token


@pytest.mark.parametrize("raw", ["", "x", "é"])
def test_what_nobody_holds_is_not_found(make, raw):
    make()
    assert token_of(AuthToken, raw) is None


def test_a_manager_of_the_project_decides(make, monkeypatch):
    _, raw = make()
    assert ask(raw).status_code == 200
    manage(monkeypatch, AuthToken, Hesitant())
    assert ask(raw).status_code == 401
