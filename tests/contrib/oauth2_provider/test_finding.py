"""SQL that is built once finds what Django finds, and never freezes what must be live."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken, RefreshToken

from tests.contrib.instances import Hesitant, seen
from token_revocation.contrib.oauth2_provider.finding import access_token
from token_revocation.contrib.oauth2_provider.stored import access_tokens

RAW = "a token that somebody presents"


@pytest.fixture
def token(make_access_token):
    return make_access_token(RAW)


def refreshable(token):
    owned = {"user": token.user, "application": token.application}
    RefreshToken.objects.create(token="more", access_token=token, token_family=uuid4(), **owned)


def nobodys(token):
    AccessToken.objects.update(user=None)


def without_client(token):
    AccessToken.objects.update(application=None)


@pytest.mark.parametrize("change", [refreshable, nobodys, without_client, lambda token: None])
def test_it_is_the_token_that_django_makes(token, change):
    change(token)
    with CaptureQueriesContext(connection) as queries:
        found = access_token(RAW)
    assert len(queries) == 1
    assert seen(found) == seen(access_tokens().get(pk=token.pk))


def test_those_who_belong_to_it_know_it(token, django_assert_num_queries):
    refreshable(token)
    found = access_token(RAW)
    with django_assert_num_queries(0):
        assert found.refresh_token.access_token is found
        assert found.application.client_id
        assert found.user.is_active


def test_what_changes_is_seen(token):
    assert access_token(RAW).scope == "read"
    AccessToken.objects.update(scope="write")
    assert access_token(RAW).scope == "write"
    AccessToken.objects.all().delete()
    assert access_token(RAW) is None


def test_a_manager_of_the_projects_decides_which_tokens_there_are(token, monkeypatch):
    assert access_token(RAW)
    hesitant = Hesitant()
    hesitant.model = AccessToken
    monkeypatch.setitem(vars(AccessToken._meta), "default_manager", hesitant)
    assert access_token(RAW) is None
