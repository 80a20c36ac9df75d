"""Logins of other packages do not return rejected stored tokens."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection, models
from django.test.utils import isolate_apps
from django.utils import timezone
from rest_framework.authtoken.models import Token, TokenProxy
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.test import APIRequestFactory

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation._receivers import token_managers
from token_revocation._receivers.token_managers import ReplacingManager
from token_revocation.contrib.authtoken import AuthTokenAdapter, digest
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.services import _stored_tokens
from token_revocation.signals import token_issued

HOUR = timedelta(hours=1)


def expire(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - HOUR)


REVOCATIONS = {
    "expiry": expire,
    "revoke_everyone": lambda token, settings: services.revoke_everyone(),
    "revoke_identifiers": (
        lambda token, settings: services.revoke_identifiers("authtoken", [digest(token.key)])
    ),
    "revoke_all": lambda token, settings: services.revoke_all(token.user),
    "a revocation by another service": lambda token, settings: RevokedToken.objects.create(
        key=AuthTokenAdapter().identify(token).key, kind="authtoken"
    ),
}


def log_in_by_rest_framework(user):
    body = {"username": user.username, "password": "correct horse"}
    return obtain_auth_token(APIRequestFactory().post("/login/", body)).data["token"]


def log_in_by_dj_rest_auth(user):
    utils = pytest.importorskip("dj_rest_auth.utils")
    return utils.default_create_token(Token, user, None).key


def log_in_by_djoser(user):
    utils = pytest.importorskip("djoser.utils")
    return utils.login_user(None, user).key


LOGINS = {
    "rest_framework": log_in_by_rest_framework,
    "dj_rest_auth": log_in_by_dj_rest_auth,
    "djoser": log_in_by_djoser,
    "get_or_create": lambda user: Token.objects.get_or_create(user=user)[0].key,
    "get_or_create, another database named": (
        lambda user: Token.objects.db_manager("default").get_or_create(user=user)[0].key
    ),
    "the default manager": lambda user: Token._default_manager.get_or_create(user=user)[0].key,
    "a proxy": lambda user: TokenProxy.objects.get_or_create(user=user)[0].key,
    "a queryset for a database": (
        lambda user: Token.objects.using("default").get_or_create(user=user)[0].key
    ),
    "a filtered queryset": (
        lambda user: Token.objects.filter(user=user).get_or_create(user=user)[0].key
    ),
    "a queryset with its user": (
        lambda user: Token.objects.select_related("user").update_or_create(user=user)[0].key
    ),
    "update_or_create": lambda user: Token.objects.update_or_create(user=user)[0].key,
    "services.issue": lambda user: services.issue(user).raw,
}


@pytest.mark.trap("T39")
@pytest.mark.parametrize("log_in", LOGINS.values(), ids=LOGINS)
@pytest.mark.parametrize("reject", REVOCATIONS.values(), ids=REVOCATIONS)
def test_login_replaces_rejected_token(token, settings, client_of, reject, log_in):
    reject(token, settings)
    raw = log_in(token.user)
    assert raw != token.key
    assert client_of(raw).get("/protected/").status_code == 200
    assert client_of(token.key).get("/protected/").status_code == 401


@pytest.mark.parametrize("log_in", LOGINS.values(), ids=LOGINS)
def test_login_reuses_accepted_token(token, log_in):
    assert log_in(token.user) == token.key


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["aget_or_create", "aupdate_or_create"])
def test_asynchronous_login_replaces_rejected_token(token, name):
    async def log_in():
        return await getattr(Token.objects, name)(user=token.user)

    services.revoke_everyone()
    again, created = async_to_sync(log_in)()
    assert created
    assert again.key != token.key


def test_replaced_expired_token_is_not_recorded(token, settings):
    expire(token, settings)
    Token.objects.get_or_create(user=token.user)
    assert not RevokedToken.objects.exists()


def test_replaced_revoked_token_stays_recorded(token):
    services.revoke_identifiers("authtoken", [digest(token.key)], reason="incident")
    Token.objects.get_or_create(user=token.user)
    assert [row.reason for row in RevokedToken.objects.all()] == ["incident"]


@pytest.mark.parametrize("host", [-30, 30])
def test_new_token_is_dated_by_clock_of_cutoffs(user, client_of, host):
    with time_machine.travel(timezone.now() + timedelta(seconds=host)):
        if connection.vendor != "sqlite":
            services.revoke_all(user)
        token, _ = Token.objects.get_or_create(user=user)
    assert client_of(token.key).get("/protected/").status_code == 200
    assert Token.objects.get(user=user).created == token.created


@pytest.mark.parametrize("name", ["key", "created"])
def test_token_selected_by_key_is_not_replaced(token, client_of, name):
    services.revoke_everyone()
    wanted = {"user": token.user, name: getattr(token, name)}
    again, created = Token.objects.get_or_create(**wanted)
    assert (again, created) == (token, False)
    assert client_of(token.key).get("/protected/").status_code == 401


def test_revoked_key_is_not_created_again(token):
    services.revoke_everyone()
    key = token.key
    Token.objects.update_or_create({"key": key}, user=token.user)
    assert Token.objects.get(key=key).created == token.created


@pytest.mark.parametrize("error", [DatabaseError, RevocationUnavailable])
def test_token_is_returned_if_database_fails(token, monkeypatch, error):
    """The authentication rejects it; a new database may not have the tables yet."""

    def fail(*args, **kwargs):
        raise error

    services.revoke_everyone()
    monkeypatch.setattr(_stored_tokens, "is_revoked", fail)
    assert Token.objects.get_or_create(user=token.user) == (token, False)


def test_queryset_can_be_pickled(token):
    (again,) = pickle.loads(pickle.dumps(Token.objects.filter(user=token.user)))  # noqa: S301
    assert again == token


def test_token_of_kind_without_adapter_is_not_replaced(token, settings):
    services.revoke_everyone()
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    assert Token.objects.get_or_create(user=token.user) == (token, False)


def test_delete_if_rejected_without_adapter_deletes_nothing(token, settings):
    services.revoke_everyone()
    ref = AuthTokenAdapter().identify(token)
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    assert services.delete_if_rejected(ref)
    assert Token.objects.exists()


def test_login_with_accepted_token_takes_one_more_query(
    token, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(token_issued, "receivers", [])  # As without the app of sessions.
    AuthTokenFactory()
    Token.objects.get_or_create(user=token.user)
    with django_assert_num_queries(
        4
    ):  # Two of them are a savepoint, because the test runs in a transaction.
        Token.objects.get_or_create(user=token.user)


class Named(models.Manager):
    use_in_migrations = True

    def named(self):
        return "named"


class NamedAdapter(AuthTokenAdapter):
    model_label = "authtoken.NamedToken"
    admin_models = ()


def test_manager_of_project_is_extended(settings, monkeypatch):
    with isolate_apps("rest_framework.authtoken"):

        class NamedToken(models.Model):
            key = models.CharField(max_length=40, primary_key=True)
            objects = Named()

            class Meta:
                app_label = "authtoken"

            def __str__(self):
                return self.key

    monkeypatch.setattr(token_managers.apps, "get_model", lambda label: NamedToken)
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.NamedAdapter"]}
    manager = NamedToken.objects
    assert isinstance(manager, ReplacingManager)
    assert isinstance(copy.copy(manager), ReplacingManager)
    assert manager.named() == "named"
    assert manager.deconstruct()[1] == f"{__name__}.Named"


def test_manager_is_extended_once():
    manager_class = type(Token.objects)
    assert token_managers._replacing_class(token_managers.ReplacingManager, manager_class) is (
        manager_class
    )
