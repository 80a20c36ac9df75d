"""Factories of many stored tokens, and the ways in which other code deletes them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.test import Client
from django.utils import timezone

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


@contextmanager
def no_receivers():
    """Disconnect all receivers of deletions in the block."""
    kept = [(signal, signal.receivers) for signal in (pre_delete, post_delete)]
    try:
        for signal, _ in kept:
            signal.receivers = []
            signal.sender_receivers_cache.clear()
        yield
    finally:
        for signal, receivers in kept:
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()


@contextmanager
def rolled_back():
    """Roll back the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_users(count):
    model = get_user_model()
    return model.objects.bulk_create(model(username=uuid4().hex) for _ in range(count))


def drf_tokens(count, *, expired=False):
    from rest_framework.authtoken.models import Token

    tokens = Token.objects.bulk_create(
        Token(user=user, key=uuid4().hex) for user in make_users(count)
    )
    Token.objects.update(created=timezone.now() - (YEAR if expired else HOUR))
    return tokens


def knox_tokens(count, *, expired=False, user=None):
    from knox.models import AuthToken

    user = user or make_users(1)[0]
    expiry = timezone.now() + (-HOUR if expired else HOUR)
    return AuthToken.objects.bulk_create(
        AuthToken(digest=uuid4().hex, user=user, expiry=expiry) for _ in range(count)
    )


def outstanding_tokens(count, *, expired=False):
    from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

    (user,) = make_users(1)
    expires_at = timezone.now() + (-HOUR if expired else HOUR)
    return OutstandingToken.objects.bulk_create(
        OutstandingToken(user=user, jti=uuid4().hex, token="x", expires_at=expires_at)
        for _ in range(count)
    )


def oauth_tokens(count, *, expired=False, user=None):
    """Create access, refresh and ID tokens of one client, and grants."""
    from oauth2_provider.models import AccessToken, Application, Grant, IDToken, RefreshToken

    user = user or make_users(1)[0]
    client = Application.objects.create(name="one", client_type="confidential")
    own = {"user": user, "application": client}
    times = {"expires": timezone.now() + (-YEAR if expired else HOUR)}
    id_tokens = IDToken.objects.bulk_create(
        IDToken(jti=uuid4(), **own, **times) for _ in range(count)
    )
    made = (
        AccessToken(token=uuid4().hex, token_checksum=uuid4().hex, id_token=t, **own, **times)
        for t in id_tokens
    )
    access = AccessToken.objects.bulk_create(made)
    refresh = (
        RefreshToken(
            token=uuid4().hex,
            token_checksum=uuid4().hex,
            token_family=uuid4(),
            access_token=t,
            **own,
        )
        for t in access
    )
    RefreshToken.objects.bulk_create(refresh)
    Grant.objects.bulk_create(Grant(code=uuid4().hex, **own, **times) for _ in range(count))
    return user, client


def delete_all(label):
    from django.apps import apps

    return lambda: apps.get_model(label).objects.all().delete()


def call(name):
    return lambda: call_command(name, verbosity=0)


def delete_in_admin(label):
    """Return a function that runs the admin action "Delete selected"."""
    from django.apps import apps

    model = apps.get_model(label)
    staff = get_user_model().objects.create_superuser(uuid4().hex)

    def delete():
        browser = Client()
        browser.force_login(staff)
        pks = list(model.objects.values_list("pk", flat=True).exclude(pk=staff.pk))
        form = {"action": "delete_selected", "_selected_action": pks, "post": "yes"}
        path = f"/admin/{label.replace('.', '/').lower()}/"
        assert browser.post(path, form).status_code == 302

    return delete
