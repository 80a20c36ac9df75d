"""A token of DRF whose row other code deletes is a token that was revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authtoken.models import Token, TokenProxy

from tests.factories import AuthTokenFactory
from tests.hearing import hearing
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken
from token_revocation.signals import token_revoked

HOUR = timedelta(hours=1)


class Another(TokenAdapter):
    kind = "another"

    def identify(self, token):
        return token


def as_logout_views_of_others_do(token):
    token.user.auth_token.delete()


def in_bulk(token):
    Token.objects.filter(user=token.user).delete()


def in_bulk_by_the_proxy(token):
    TokenProxy.objects.all().delete()


@pytest.fixture
def heard():
    with hearing(token_revoked) as told:
        yield told


@pytest.mark.parametrize("delete", [as_logout_views_of_others_do, in_bulk, in_bulk_by_the_proxy])
def test_its_holder_is_told_that_it_was_revoked(holder, token, user, delete):
    delete(token)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.kind, row.user, row.reason) == ("authtoken", user, "deleted")


def test_it_is_a_signal(token, heard, django_capture_on_commit_callbacks):
    ref = AuthTokenAdapter().identify(token)
    with django_capture_on_commit_callbacks(execute=True):
        token.delete()
    assert [(told["token"], told["revocation"].reason) for told in heard] == [(ref, "deleted")]


def test_what_is_deleted_because_it_was_revoked_is_one_row_and_one_signal(
    token, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke(AuthTokenAdapter().identify(token), reason="logout")
    assert [told["revocation"].reason for told in heard] == ["logout"]
    assert RevokedToken.objects.get().reason == "logout"
    assert not Token.objects.exists()


def test_many_at_once_are_a_row_each(db):
    for _ in range(3):
        AuthTokenFactory()
    Token.objects.all().delete()
    assert RevokedToken.objects.count() == 3


def test_an_expired_one_leaves_no_row(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR):
        token.delete()
    assert not RevokedToken.objects.exists()


def test_a_dead_one_that_a_login_replaces_leaves_no_row(token, user):
    services.revoke_everyone()
    services.issue(user)
    assert not RevokedToken.objects.exists()


def test_a_kind_that_is_not_in_use_is_not_ours(token, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.Another"]}
    token.delete()
    assert not RevokedToken.objects.exists()


def test_settings_that_are_wrong_are_left_to_the_checks(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["nowhere.Adapter"]}
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["datetime.timedelta"]}
