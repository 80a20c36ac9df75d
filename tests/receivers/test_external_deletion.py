"""A token of DRF that other code deletes is recorded as revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from rest_framework.authtoken.models import Token, TokenProxy

from tests.factories import AuthTokenFactory
from tests.signals import capture_signals
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


def delete_by_related_manager(token):
    token.user.auth_token.delete()


def delete_queryset(token):
    Token.objects.filter(user=token.user).delete()


def delete_proxy_queryset(token):
    TokenProxy.objects.all().delete()


@pytest.fixture
def received():
    with capture_signals(token_revoked) as signals:
        yield signals


@pytest.mark.parametrize(
    "delete", [delete_by_related_manager, delete_queryset, delete_proxy_queryset]
)
def test_deleted_token_is_rejected_as_revoked(holder, token, user, delete):
    delete(token)
    assert holder.get("/protected/").json()["code"] == "token_revoked"
    row = RevokedToken.objects.get()
    assert (row.kind, row.user, row.reason) == ("authtoken", user, "deleted")


def test_external_deletion_sends_signal(token, received, django_capture_on_commit_callbacks):
    ref = AuthTokenAdapter().identify(token)
    with django_capture_on_commit_callbacks(execute=True):
        token.delete()
    assert [(signal["token"], signal["revocation"].reason) for signal in received] == [
        (ref, "deleted")
    ]


def test_deletion_by_revoke_is_not_recorded_again(
    token, received, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke(AuthTokenAdapter().identify(token), reason="logout")
    assert [signal["revocation"].reason for signal in received] == ["logout"]
    assert RevokedToken.objects.get().reason == "logout"
    assert not Token.objects.exists()


def test_bulk_deletion_records_each_token(db):
    for _ in range(3):
        AuthTokenFactory()
    Token.objects.all().delete()
    assert RevokedToken.objects.count() == 3


def test_expired_token_is_not_recorded(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    with time_machine.travel(token.created + HOUR):
        token.delete()
    assert not RevokedToken.objects.exists()


def test_token_replaced_by_login_is_not_recorded(token, user):
    services.revoke_everyone()
    services.issue(user)
    assert not RevokedToken.objects.exists()


def test_token_of_kind_without_adapter_is_not_recorded(token, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.Another"]}
    token.delete()
    assert not RevokedToken.objects.exists()


def test_invalid_settings_are_left_to_system_checks(settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["nowhere.Adapter"]}
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["datetime.timedelta"]}
