"""Counters of requests and revocations."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores.database import DatabaseStore

pytestmark = pytest.mark.usefixtures("counted")

CHECKS = "token_revocation_checks_total"


def test_accepted_request_is_counted(counted, holder):
    holder.get("/protected/")
    assert counted(CHECKS, answer="accepted") == 1
    assert counted(CHECKS, answer="token_revoked") == 0


def test_request_without_a_token_is_not_counted(counted, db, api_client):
    api_client.get("/protected/")
    assert counted(CHECKS, answer="accepted") == 0


def test_use_of_a_revoked_token_is_counted(counted, holder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        holder.post("/auth/logout/")
    holder.get("/protected/")
    assert counted("token_revocation_revocations_total", kind="authtoken", reason="logout") == 1
    assert counted("token_revocation_presented_total", kind="authtoken") == 1
    assert counted(CHECKS, answer="token_revoked") == 1


def test_unknown_token_is_counted(counted, db, client_of):
    client_of("unknown").get("/protected/")
    assert counted(CHECKS, answer="authentication_failed") == 1


def test_unavailable_store_is_counted(counted, user, client_of, monkeypatch):
    class FailingStore(DatabaseStore):
        def is_revoked(self, token):
            raise DatabaseError

    raw = AuthTokenFactory(user=user).key
    monkeypatch.setattr("token_revocation.authentication.get_store", FailingStore)
    monkeypatch.setattr("token_revocation.contrib.authtoken._queries.get_store", FailingStore)
    assert client_of(raw).get("/protected/").status_code == 503
    assert counted(CHECKS, answer="revocation_unavailable") == 1


def test_revoked_user_is_counted(counted, user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke_all(user, reason="logout_all")
    assert counted("token_revocation_cutoffs_total", subject_type="user", reason="logout_all") == 1


def test_custom_reason_is_counted_as_other(counted, token, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke(AuthTokenAdapter().identify(token), reason="stolen_laptop")
    assert counted("token_revocation_revocations_total", kind="authtoken", reason="other") == 1
