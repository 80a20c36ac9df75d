from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from rest_framework.test import APIClient

from tests.views.failing import failing_database
from token_revocation.models import RevokedToken
from token_revocation.throttling import RevocationThrottle


class DeadCache:
    """What stands in a server's place that does not answer."""

    def get(self, *args):
        raise ConnectionError("the cache is gone")


@pytest.fixture
def _dead_cache(monkeypatch):
    monkeypatch.setattr(RevocationThrottle, "cache", DeadCache())


@pytest.fixture
def log_in(user):
    credentials = {"username": user.username, "password": "correct horse"}
    return lambda: APIClient(raise_request_exception=False).post("/auth/login/", credentials)


def assert_unavailable(answer):
    assert (answer.status_code, answer.json()["code"]) == (503, "revocation_unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("_dead_cache")
@pytest.mark.parametrize("path", ["/auth/logout/", "/auth/logout/all/"])
def test_a_throttle_without_its_cache_does_not_keep_anybody_logged_in(holder, token, path, caplog):
    assert holder.post(path).status_code == 204
    assert RevokedToken.objects.count() == 1
    assert "the cache is gone" in caplog.text


@pytest.mark.usefixtures("_dead_cache")
def test_a_login_that_nobody_can_throttle_is_a_503(log_in):
    assert_unavailable(log_in())


def test_a_login_without_a_database_is_a_503(log_in, caplog):
    with failing_database("auth_user"):
        assert_unavailable(log_in())
    assert "closed the connection" in caplog.text


def test_looking_for_a_user_to_log_out_without_a_database_is_a_503(holder, user):
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="add_tokencutoff"))
    quoted = connection.ops.quote_name
    with failing_database(f"{quoted('auth_user')}.{quoted('id')} = "):
        assert_unavailable(holder.post(f"/auth/users/{user.pk}/revoke/"))


def test_a_permission_that_no_database_can_tell_is_a_503(holder, user):
    user.is_staff = True
    user.save()
    with failing_database("auth_permission"):
        assert_unavailable(holder.post(f"/auth/users/{user.pk}/revoke/"))
