"""Compiled SQL finds the same tokens as the ORM."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.model_instances import EmptyManager, get_state
from token_revocation.contrib.oauth2_provider._queries import find_access_token, pop_read
from token_revocation.contrib.oauth2_provider._storage import access_tokens, related_secrets

RAW = "a presented token"


@pytest.fixture
def token(make_access_token):
    return make_access_token(RAW)


def add_refresh_token(token):
    owned = {"user": token.user, "application": token.application}
    RefreshToken.objects.create(token="more", access_token=token, token_family=uuid4(), **owned)


def remove_user(token):
    AccessToken.objects.update(user=None)


def remove_client(token):
    AccessToken.objects.update(application=None)


@pytest.mark.parametrize(
    "change", [add_refresh_token, remove_user, remove_client, lambda token: None]
)
def test_compiled_query_returns_the_same_token_as_the_orm(token, change):
    change(token)
    with CaptureQueriesContext(connection) as queries:
        found = find_access_token(RAW)
    assert len(queries) == 1
    assert pop_read(found).token is found
    expected = access_tokens().defer(*related_secrets()).get(pk=token.pk)
    assert get_state(found) == get_state(expected)


def test_related_objects_are_loaded(token, django_assert_num_queries):
    add_refresh_token(token)
    found = find_access_token(RAW)
    with django_assert_num_queries(0):
        assert found.refresh_token.access_token is found
        assert found.application.client_id
        assert found.user.is_active


def test_changes_are_visible(token):
    assert find_access_token(RAW).scope == "read"
    AccessToken.objects.update(scope="write")
    assert find_access_token(RAW).scope == "write"
    AccessToken.objects.all().delete()
    assert find_access_token(RAW) is None


def test_custom_manager_is_respected(token, monkeypatch):
    assert find_access_token(RAW)
    hesitant = EmptyManager()
    hesitant.model = AccessToken
    monkeypatch.setitem(vars(AccessToken._meta), "default_manager", hesitant)
    assert find_access_token(RAW) is None
