"""Tokens that a project creates itself are dated by the clock of cutoffs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import serializers
from django.db import connection
from django.utils import timezone
from rest_framework.authtoken.models import Token, TokenProxy
from rest_framework.test import APIClient

from tests.contrib.token_models import DefaultDateToken
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.clock import date_row

pytestmark = pytest.mark.django_db


def host_off_by(seconds):
    """Set the clock of this host, which on SQLite is also that of the database."""
    if connection.vendor == "sqlite":
        seconds = 0
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def status_with(token):
    return APIClient(headers={"authorization": f"Token {token.key}"}).get("/protected/").status_code


def by_save(user):
    token = Token(user=user)
    token.save()
    return token


def by_get_or_create(user):
    return Token.objects.get_or_create(user=user)[0]


WAYS = {
    "create": lambda user: Token.objects.create(user=user),
    "save": by_save,
    "get_or_create": by_get_or_create,
    "proxy": lambda user: TokenProxy.objects.create(user=user),
}


@pytest.mark.parametrize("host", [-30, 30])
@pytest.mark.parametrize("create", WAYS.values(), ids=WAYS)
def test_token_from_after_a_cutoff_is_accepted(user, create, host):
    services.revoke_all(user)
    with host_off_by(host):
        token = create(user)
    assert status_with(token) == 200
    assert abs(Token.objects.get().created - timezone.now()) < timedelta(seconds=10)
    assert Token.objects.get().created == token.created


@pytest.mark.parametrize("host", [-30, 30])
@pytest.mark.parametrize("create", WAYS.values(), ids=WAYS)
def test_token_from_before_a_cutoff_is_rejected(user, create, host):
    with host_off_by(host):
        token = create(user)
    services.revoke_everyone()
    assert status_with(token) == 401


def test_saving_a_token_again_keeps_its_time(token):
    created = token.created
    token.save()
    token.refresh_from_db()
    assert token.created == created


def test_token_is_dated_once(token, django_assert_num_queries):
    created = token.created
    with django_assert_num_queries(0):
        date_row(token)
    assert token.created == created


def test_fixture_keeps_its_times(token):
    created = token.created.replace(microsecond=0) - timedelta(days=1)
    Token.objects.update(created=created)
    dump = serializers.serialize("json", Token.objects.all())
    Token.objects.all().delete()
    for each in serializers.deserialize("json", dump):
        each.save()
    assert Token.objects.get().created == created


def test_token_of_kind_without_adapter_is_not_dated(user, settings, django_assert_num_queries):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    with django_assert_num_queries(1):
        Token.objects.create(user=user)


def test_dating_a_token_takes_one_update_and_the_clock(user, django_assert_num_queries):
    UserFactory()
    clock = connection.vendor != "sqlite"
    with django_assert_num_queries(1 + clock + 1):
        Token.objects.create(user=user)


def test_default_of_a_custom_model_is_replaced_and_a_value_is_kept(user):
    with host_off_by(30):
        created = DefaultDateToken.objects.create(key="a", user=user).created
    assert abs(created - timezone.now()) < timedelta(seconds=10)
    explicit = timezone.now() - timedelta(days=1)
    DefaultDateToken.objects.create(key="b", user=UserFactory(), created=explicit)
    assert DefaultDateToken.objects.get(key="b").created == explicit
