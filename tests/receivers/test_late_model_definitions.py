"""Proxies, historical and unmanaged models have the receivers of their originals."""

from __future__ import annotations

import gc
import weakref

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_save, pre_delete, pre_save
from django.test.utils import isolate_apps
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory
from token_revocation.models import RevokedToken, TokenCutoff

pytestmark = pytest.mark.django_db


def proxy(parent):
    with isolate_apps("tests"):
        return type(
            f"Late{parent.__name__}",
            (parent,),
            {
                "__module__": __name__,
                "Meta": type("Meta", (), {"proxy": True, "app_label": "tests"}),
            },
        )


def proxy_of_a_proxy(parent):
    return proxy(proxy(parent))


def historical(parent):
    """Return the historical model that ``apps.get_model()`` returns in a migration."""
    state = ProjectState.from_apps(apps)
    return state.apps.get_model(*parent._meta.label.split("."))


def unmanaged(parent):
    """Return an unmanaged model of the same table."""
    fields = {
        field.name: field.clone()
        for field in parent._meta.local_concrete_fields
        if not field.is_relation
    }
    if parent is Token:
        fields["user"] = models.ForeignKey(User, models.DO_NOTHING, related_name="+")
    names = {"managed": False, "db_table": parent._meta.db_table, "app_label": "tests"}
    with isolate_apps("tests"):
        meta = type("Meta", (), names)
        return type(
            f"Own{parent.__name__}",
            (models.Model,),
            {**fields, "__module__": __name__, "Meta": meta},
        )


@pytest.fixture(params=[proxy, proxy_of_a_proxy, historical, unmanaged])
def late(request):
    return request.param


def reasons():
    return list(TokenCutoff.objects.values_list("reason", flat=True))


@pytest.mark.trap("T40")
def test_password_change_adds_cutoff(late, user):
    row = late(User).objects.get(pk=user.pk)
    row.password = "another"
    row.save()
    assert reasons() == ["password_change"]
    assert TokenCutoff.objects.get().subject_id == str(user.pk)


def test_deactivation_adds_cutoff(late, user):
    row = late(User).objects.get(pk=user.pk)
    row.is_active = False
    row.save(update_fields=["is_active"])
    assert reasons() == ["deactivation"]


@pytest.mark.parametrize("in_bulk", [True, False])
def test_deletion_adds_cutoff(late, user, in_bulk):
    rows = late(User).objects.filter(pk=user.pk)
    (rows if in_bulk else rows.get()).delete()
    assert reasons() == ["deletion"]


@pytest.mark.parametrize("in_bulk", [True, False])
def test_deleted_token_is_recorded(late, in_bulk):
    token = AuthTokenFactory()
    rows = late(Token).objects.filter(pk=token.pk)
    (rows if in_bulk else rows.get()).delete()
    assert RevokedToken.objects.get().reason == "deleted"


def test_tokens_of_user_deleted_by_proxy_have_reason_deletion():
    token = AuthTokenFactory()
    proxy(User).objects.all().delete()
    row = RevokedToken.objects.get()
    assert (row.reason, row.user, row.user_ref) == ("deletion", None, str(token.user_id))


def test_child_model_with_own_table_has_receivers():
    with isolate_apps("tests"):

        class Employee(User):
            class Meta:
                app_label = "tests"

    assert pre_save.has_listeners(Employee)
    assert post_save.has_listeners(Employee)


def test_other_models_have_no_receivers():
    """Their saves and deletions are not slowed down."""
    for signal in (pre_save, post_save, pre_delete):
        assert not signal.has_listeners(Group)


def test_same_table_name_in_other_database_is_ignored(user, settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.LegacyRouter"]
    assert not pre_save.has_listeners(unmanaged(User))


class LegacyRouter:
    def db_for_write(self, model, **hints):
        return "other" if model._meta.label == "tests.OwnUser" else None


def test_historical_models_are_garbage_collected():
    model = weakref.ref(historical(User))
    before = len(pre_save.receivers)
    gc.collect()
    assert model() is None
    pre_save.send(User, instance=User(), raw=True, using="default", update_fields=None)
    assert len(pre_save.receivers) < before


def test_refresh_token_revoked_by_proxy_is_recorded(settings, user):
    pytest.importorskip("oauth2_provider")
    from django.utils import timezone
    from oauth2_provider.models import Application, RefreshToken

    path = "token_revocation.contrib.oauth2_provider.OAuth2ProviderAdapter"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [path]}
    client = Application.objects.create(name="one", client_type="confidential")
    late = proxy(RefreshToken)
    token = late.objects.create(user=user, application=client, token="opaque")
    token.revoked = timezone.now()
    token.save()
    assert RevokedToken.objects.get().reason == "package"
