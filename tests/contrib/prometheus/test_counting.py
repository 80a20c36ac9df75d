"""What is counted, over HTTP."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.stores.database import DatabaseStore

pytestmark = pytest.mark.usefixtures("counted")

CHECKS = "token_revocation_checks_total"


def test_an_accepted_request(counted, holder):
    holder.get("/protected/")
    assert counted(CHECKS, answer="accepted") == 1
    assert counted(CHECKS, answer="token_revoked") == 0


def test_a_request_without_a_token_is_no_check(counted, db, api_client):
    api_client.get("/protected/")
    assert counted(CHECKS, answer="accepted") == 0


def test_a_revoked_token_that_is_presented(counted, holder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        holder.post("/auth/logout/")
    holder.get("/protected/")
    assert counted("token_revocation_revocations_total", kind="authtoken", reason="logout") == 1
    assert counted("token_revocation_presented_total", kind="authtoken") == 1
    assert counted(CHECKS, answer="token_revoked") == 1


def test_an_unknown_token(counted, db, client_of):
    client_of("unknown").get("/protected/")
    assert counted(CHECKS, answer="authentication_failed") == 1


def test_nobody_can_say(counted, user, client_of, monkeypatch):
    class FailingStore(DatabaseStore):
        def is_revoked(self, token):
            raise DatabaseError

    raw = AuthTokenFactory(user=user).key
    monkeypatch.setattr("token_revocation.authentication.get_store", FailingStore)
    monkeypatch.setattr("token_revocation.contrib.authtoken.finding.get_store", FailingStore)
    assert client_of(raw).get("/protected/").status_code == 503
    assert counted(CHECKS, answer="revocation_unavailable") == 1


def test_a_user_who_is_cut_off(counted, user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke_all(user, reason="logout_all")
    assert counted("token_revocation_cutoffs_total", subject_type="user", reason="logout_all") == 1


def test_a_reason_of_the_projects_own_is_no_series_of_its_own(
    counted, token, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke(AuthTokenAdapter().identify(token), reason="stolen_laptop")
    assert counted("token_revocation_revocations_total", kind="authtoken", reason="other") == 1
