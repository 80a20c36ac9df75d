"""The compiled query that finds a token of knox and its user."""

from __future__ import annotations

import pytest
from django.db.models.sql.compiler import SQLCompiler

pytest.importorskip("knox")

from knox.models import AuthToken

from tests.contrib.knox.protected_view import get_response
from tests.contrib.model_instances import EmptyManager, get_state, replace_manager
from token_revocation.contrib.knox import KnoxAdapter
from token_revocation.contrib.knox._queries import find_token


def test_lookup_returns_the_instances_that_django_returns(create_token, django_assert_num_queries):
    token, raw = create_token()
    with django_assert_num_queries(1):
        result, ref, needs_check = find_token(KnoxAdapter(), raw)
        assert result.user
    assert (ref, needs_check) == (KnoxAdapter().identify(token), True)
    assert get_state(result) == get_state(AuthToken.objects.select_related("user").get(pk=token.pk))


def test_sql_is_compiled_once(create_token, monkeypatch):
    token, raw = create_token()
    find_token(KnoxAdapter(), raw)
    monkeypatch.delattr(SQLCompiler, "as_sql")
    assert find_token(KnoxAdapter(), raw)[0] == token


@pytest.mark.parametrize("raw", ["", "x", "é"])
def test_unknown_token_is_not_found(create_token, raw):
    create_token()
    assert find_token(KnoxAdapter(), raw) is None


def test_custom_manager_is_used(create_token, monkeypatch):
    _, raw = create_token()
    assert get_response(raw).status_code == 200
    replace_manager(monkeypatch, AuthToken, EmptyManager())
    assert get_response(raw).status_code == 401
