"""Users and tokens can be saved while the database is being migrated."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from rest_framework.authtoken.models import Token

from tests.factories import UserFactory
from tests.receivers.test_late_model_definitions import unmanaged
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.sessions.models import TokenSession

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "other"])

OURS = (RevokedToken._meta.db_table, TokenCutoff._meta.db_table)


@contextmanager
def missing_tables(*tables):
    """Rename tables in the block, as if they had not been created yet."""
    operations, connection = [], connections["default"]
    for table in tables:
        operations.append((table, f"{table}_later"))
    with connection.schema_editor() as editor:
        for old, new in operations:
            editor.alter_db_table(None, old, new)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            for old, new in operations:
                editor.alter_db_table(None, new, old)


def as_unmanaged(user):
    """Return the user as an instance without relations to tokens."""
    return unmanaged(type(user)).objects.get(pk=user.pk)


def change_password(user):
    user.set_password("a battery staple")
    user.save()


def deactivate(user):
    user.is_active = False
    user.save()


def delete(user):
    user.delete()


@pytest.fixture(params=[change_password, deactivate, delete])
def change_user(request):
    return request.param


@pytest.mark.trap("T40")
def test_nothing_is_recorded_without_revocation_tables(user, change_user, caplog):
    with missing_tables(*OURS):
        change_user(user)
    assert get_user_model().objects.exists() is (change_user is not delete)
    assert not TokenCutoff.objects.exists()
    assert not caplog.records


def test_user_is_revoked_without_token_table(user, change_user, settings, caplog):
    knox = pytest.importorskip("knox.models").AuthToken
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["token_revocation.contrib.knox.KnoxAdapter"]}
    pk = str(user.pk)
    with missing_tables(knox._meta.db_table):
        change_user(user if change_user is not delete else as_unmanaged(user))
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.expires_at) == (pk, None)
    assert not caplog.records


def test_service_raises_without_revocation_tables(user, caplog):
    with missing_tables(*OURS), pytest.raises(RevocationUnavailable):
        services.revoke_all(user)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_refresh_token_can_be_saved_without_revocation_tables(settings):
    models = pytest.importorskip("oauth2_provider.models")
    from django.utils import timezone

    path = "token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [path]}
    client = models.Application.objects.create(name="one", client_type="confidential")
    with missing_tables(*OURS):
        models.RefreshToken.objects.create(
            user=UserFactory(), application=client, token="opaque", revoked=timezone.now()
        )
    assert models.RefreshToken.objects.exists()


def test_login_is_not_recorded_without_the_table_of_sessions(user, caplog):
    with missing_tables(TokenSession._meta.db_table):
        token, created = Token.objects.get_or_create(user=user)
    assert created
    assert Token.objects.get() == token
    assert not TokenSession.objects.exists()
