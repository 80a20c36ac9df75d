"""Tokens that simplejwt blacklists are revoked."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import path, reverse
from django.utils import timezone
from rest_framework.test import APIClient

pytest.importorskip("rest_framework_simplejwt")

from django.apps import apps
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken
from rest_framework_simplejwt.views import TokenBlacklistView

from tests.contrib.simplejwt.clients import Pair, status_of
from tests.contrib.simplejwt.urls import urlpatterns as simplejwt_urlpatterns
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.contrib.simplejwt import _receivers
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken, RevocableSlidingToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked

pytestmark = pytest.mark.django_db

urlpatterns = [
    *simplejwt_urlpatterns,
    path("blacklist/", TokenBlacklistView.as_view()),
    path("admin/", admin.site.urls),
]


def log_in(user):
    token = RevocableRefreshToken.for_user(user)
    return Pair(refresh=str(token), access=str(token.access_token))


def get_rows(*pairs):
    jtis = [RefreshToken(pair.refresh, verify=False)["jti"] for pair in pairs]
    return list(OutstandingToken.objects.filter(jti__in=jtis).order_by("pk"))


def by_method(pair):
    RefreshToken(pair.refresh).blacklist()


def by_view(pair):
    assert APIClient().post("/blacklist/", {"refresh": pair.refresh}).status_code == 200


def by_row(pair):
    BlacklistedToken.objects.get_or_create(token=get_rows(pair)[0])


def by_bulk_create(pair):
    BlacklistedToken.objects.bulk_create([BlacklistedToken(token=row) for row in get_rows(pair)])


def by_bulk_create_of_another_manager(pair):
    manager = BlacklistedToken._default_manager.using("default")
    rows = [BlacklistedToken(token_id=row.pk) for row in get_rows(pair)]
    manager.bulk_create(rows, batch_size=1, ignore_conflicts=True)


def by_admin(pair):
    client = APIClient()
    client.force_login(get_user_model().objects.create_superuser("admin", password="x"))
    path = reverse("admin:token_blacklist_blacklistedtoken_add")
    assert client.post(path, {"token": get_rows(pair)[0].pk}, format="multipart").status_code == 302


BLACKLIST_CALLS = [
    by_method,
    by_view,
    by_row,
    by_bulk_create,
    by_bulk_create_of_another_manager,
    by_admin,
]


@pytest.mark.parametrize("blacklist", BLACKLIST_CALLS)
def test_blacklisting_a_refresh_token_revokes_its_session(user, settings, blacklist):
    settings.ROOT_URLCONF = __name__
    pair, other = log_in(user), log_in(user)
    assert [status_of(each.access) for each in (pair, other)] == [200, 200]
    blacklist(pair)
    assert [status_of(each.access) for each in (pair, other)] == [401, 200]
    assert TokenCutoff.objects.get().reason == Reason.PACKAGE


def test_blacklisting_a_sliding_token_revokes_it(user):
    token = RevocableSlidingToken.for_user(user)
    token.outstand()
    ref = services.resolve(str(token))
    SlidingToken(str(token)).blacklist()
    assert services.is_revoked(ref)


def test_bulk_create_makes_as_many_queries_as_create(user, django_assert_max_num_queries):
    pairs = [log_in(user) for _ in range(20)]
    rows = [BlacklistedToken(token_id=row.pk) for row in get_rows(*pairs)]
    with django_assert_max_num_queries(14):
        BlacklistedToken.objects.bulk_create(rows)
    assert {status_of(pair.access) for pair in pairs} == {401}


def test_blacklisting_twice_is_idempotent(user):
    pair = log_in(user)
    by_method(pair)
    BlacklistedToken.objects.get().save()
    by_bulk_create_of_another_manager(pair)
    assert TokenCutoff.objects.count() == 1


def test_revoked_token_is_not_blacklisted(user):
    pair = log_in(user)
    with capture_signals(subject_revoked) as captured:
        services.log_out(services.resolve(pair.access))
    assert not BlacklistedToken.objects.exists()
    assert len(captured) <= 1


def test_row_without_a_jti_is_ignored(user):
    row = OutstandingToken.objects.create(jti="", token="", expires_at=timezone.now())
    BlacklistedToken.objects.create(token=row)
    assert not RevokedToken.objects.exists()


def test_nothing_is_recorded_without_the_adapter(user, settings):
    settings.TOKEN_REVOCATION = {}
    by_method(log_in(user))
    BlacklistedToken.objects.bulk_create([])
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("failure", [DatabaseError, ValueError])
def test_failed_revocation_is_logged_and_does_not_fail_blacklisting(
    user, monkeypatch, caplog, failure
):
    pair = log_in(user)

    def fail(*args, **kwargs):
        raise failure(pair.refresh)

    monkeypatch.setattr(_receivers.services, "log_out_many", fail)
    by_method(pair)
    assert BlacklistedToken.objects.exists()
    assert failure.__name__ in caplog.text
    assert pair.refresh not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_missing_tables_do_not_fail_blacklisting(user):
    pair = log_in(user)
    with connection.schema_editor() as editor:
        editor.delete_model(TokenCutoff)
    try:
        with transaction.atomic():
            by_method(pair)
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(TokenCutoff)
    assert BlacklistedToken.objects.exists()


def test_fixtures_and_empty_lists_are_ignored(user, tmp_path):
    by_method(log_in(user))
    TokenCutoff.objects.all().delete()
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "token_blacklist", output=str(dump), verbosity=0)
    BlacklistedToken.objects.all().delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert BlacklistedToken.objects.exists()
    assert BlacklistedToken.objects.bulk_create([]) == []
    assert not TokenCutoff.objects.exists()


def test_custom_manager_is_not_replaced(monkeypatch):
    class CustomQuerySet(_receivers.QuerySet):
        pass

    monkeypatch.setattr(BlacklistedToken.objects, "_queryset_class", CustomQuerySet)
    _receivers.connect()
    assert BlacklistedToken.objects._queryset_class is CustomQuerySet
    assert apps.is_installed("rest_framework_simplejwt.token_blacklist")
