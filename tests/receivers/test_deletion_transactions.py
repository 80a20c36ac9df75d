"""A deletion and its record are committed or rolled back together."""

from __future__ import annotations

from contextlib import contextmanager, suppress

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.db.models.signals import pre_delete
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory, UserFactory
from tests.signals import capture_signals, connected
from token_revocation._receivers import deletion_buffer
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import NotRevocable, RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked, token_revoked

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])


class Unidentified(AuthTokenAdapter):
    """Reject one token of DRF as not revocable, and fail to identify another."""

    def identify(self, token):
        if token.user.username == "unidentified":
            raise NotRevocable
        if token.user.username == "odd":
            raise KeyError(token.key)
        return super().identify(token)


@pytest.fixture
def token(transactional_db):
    return AuthTokenFactory()


@contextmanager
def rolled_back():
    with suppress(ZeroDivisionError), transaction.atomic():
        yield
        raise ZeroDivisionError


def count_recorded():
    return RevokedToken.objects.count() + TokenCutoff.objects.count()


def attached_buffers():
    return [
        wrapper
        for wrapper in connection.execute_wrappers
        if isinstance(wrapper, deletion_buffer.DeletionBuffer)
    ]


def test_rolled_back_deletion_is_not_recorded(token):
    with rolled_back():
        token.user.delete()
        assert count_recorded() == 2
    assert count_recorded() == 0
    assert Token.objects.exists()


def test_rolled_back_savepoint_is_not_recorded(token):
    another = AuthTokenFactory()
    with transaction.atomic():
        another.delete()
        with rolled_back():
            token.delete()
    assert RevokedToken.objects.get().user == another.user


def test_savepoints_are_independent(token):
    another = AuthTokenFactory()
    with transaction.atomic():
        with rolled_back():
            token.delete()
        another.delete()
        with transaction.atomic():
            Group.objects.all().delete()
    assert RevokedToken.objects.get().user == another.user


def test_prevented_deletion_is_not_recorded(token):
    def prevent(**kwargs):
        raise ZeroDivisionError

    with connected(prevent, pre_delete), suppress(ZeroDivisionError):
        token.delete()
    assert attached_buffers()
    User.objects.update(first_name="a")
    Group.objects.all().delete()
    assert not attached_buffers()
    assert count_recorded() == 0


def test_nested_deletion_in_savepoint_changes_nothing(token):
    another = AuthTokenFactory()

    def delete_another(*, instance, **kwargs):
        if isinstance(instance, Token) and instance.pk == token.pk:
            with rolled_back():
                Token.objects.get(pk=another.pk).delete()

    with connected(delete_another, pre_delete):
        token.delete()
    assert RevokedToken.objects.get().user == token.user


def test_signal_without_deletion_is_discarded(token):
    with transaction.atomic():
        pre_delete.send(Token, instance=token, using="default", origin=token)
        assert attached_buffers()
    assert not attached_buffers()
    assert count_recorded() == 0


def test_signal_outside_transaction_is_recorded_immediately(token):
    pre_delete.send(Token, instance=token, using="default", origin=token)
    assert RevokedToken.objects.get().reason == "deleted"
    assert not attached_buffers()


def test_one_signal_for_each_row_is_sent_on_commit(token):
    another = AuthTokenFactory()
    with capture_signals(token_revoked, subject_revoked) as signals:
        with transaction.atomic():
            User.objects.all().delete()
            assert not signals
        assert len(signals) == 4
    users = {signal["token"].subject("user").id for signal in signals if "token" in signal}
    assert users == {str(token.user_id), str(another.user_id)}


def test_full_buffer_is_flushed(monkeypatch, token):
    monkeypatch.setattr(deletion_buffer, "MAX_ROWS", 2)
    for _ in range(4):
        AuthTokenFactory()
    Token.objects.all().delete()
    assert RevokedToken.objects.count() == 5


def test_unidentifiable_token_does_not_affect_others(settings, caplog, token):
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.Unidentified"]}
    AuthTokenFactory(user=UserFactory(username="unidentified"))
    odd = AuthTokenFactory(user=UserFactory(username="odd"))
    Token.objects.all().delete()
    assert RevokedToken.objects.get().user == token.user
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "KeyError" in caplog.text
    assert odd.key not in caplog.text


def fail(*args):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere WHERE")


@pytest.mark.parametrize("method", ["identify", "identify_many"])
def test_database_failure_during_identification_fails_deletion(token, monkeypatch, method):
    monkeypatch.setattr(AuthTokenAdapter, "identify_many", lambda *args: {}["odd"])
    monkeypatch.setattr(AuthTokenAdapter, method, fail)
    with pytest.raises(RevocationUnavailable):
        token.delete()
    assert Token.objects.exists()
