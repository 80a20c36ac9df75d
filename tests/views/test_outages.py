from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from rest_framework.test import APIClient

from token_revocation.models import RevokedToken
from token_revocation.testing._databases import failing_database
from token_revocation.throttling import RevocationThrottle


class UnreachableCache:
    """A cache whose server does not respond."""

    def get(self, *args):
        raise ConnectionError("the cache is gone")


@pytest.fixture
def _unreachable_cache(monkeypatch):
    monkeypatch.setattr(RevocationThrottle, "cache", UnreachableCache())


@pytest.fixture
def log_in(user):
    credentials = {"username": user.username, "password": "correct horse"}
    return lambda: APIClient(raise_request_exception=False).post("/auth/login/", credentials)


def assert_unavailable(answer):
    assert (answer.status_code, answer.json()["code"]) == (503, "revocation_unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("_unreachable_cache")
@pytest.mark.parametrize("path", ["/auth/logout/", "/auth/logout/all/"])
def test_logout_works_without_the_throttle_cache(holder, token, path, caplog):
    assert holder.post(path).status_code == 204
    assert RevokedToken.objects.count() == 1
    assert "the cache is gone" in caplog.text


@pytest.mark.usefixtures("_unreachable_cache")
def test_login_without_the_throttle_cache_is_503(log_in):
    assert_unavailable(log_in())


def test_login_without_a_database_is_503(log_in, caplog):
    with failing_database("auth_user"):
        assert_unavailable(log_in())
    assert "closed the connection" in caplog.text


def test_failed_user_lookup_is_503(holder, user):
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="add_tokencutoff"))
    quoted = connection.ops.quote_name
    with failing_database(f"{quoted('auth_user')}.{quoted('id')} = "):
        assert_unavailable(holder.post(f"/auth/users/{user.pk}/revoke/"))


def test_failed_permission_lookup_is_503(holder, user):
    user.is_staff = True
    user.save()
    with failing_database("auth_permission"):
        assert_unavailable(holder.post(f"/auth/users/{user.pk}/revoke/"))
