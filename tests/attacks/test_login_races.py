"""Logins during which the account changes."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db import connections, transaction
from django.utils.module_loading import import_string
from rest_framework.authentication import BasicAuthentication
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.signals import connected
from tests.threads import requires_concurrent_connections, run_in_threads
from token_revocation import services
from token_revocation.exceptions import AccountChanged
from token_revocation.models import TokenCutoff
from token_revocation.services._accounts import lock_accounts
from token_revocation.signals import token_checked

simplejwt = pytest.importorskip("rest_framework_simplejwt")
knox_models = pytest.importorskip("knox.models")

PASSWORD = "correct horse"
CONTRIB = "token_revocation.contrib"
SIMPLEJWT = f"{CONTRIB}.simplejwt.SimpleJWTAdapter"
KNOX = f"{CONTRIB}.knox.KnoxAdapter"
KNOX_VIEW = f"{CONTRIB}.knox.views.RevocableLoginView"
AUTHTOKEN = f"{CONTRIB}.authtoken.AuthTokenAdapter"
URLS = "tests.contrib.simplejwt.urls"

LOGINS = {
    "authtoken": ("tests.urls", AUTHTOKEN, "/auth/login/"),
    "knox": ("tests.urls", KNOX, "/auth/login/"),
    KNOX_VIEW: (f"{CONTRIB}.knox.urls", KNOX, "/login/"),
    "pair": (URLS, SIMPLEJWT, "/api/token/"),
    "sliding": (URLS, SIMPLEJWT, "/api/token/sliding/"),
}
HASHERS = "django.contrib.auth.hashers."


@pytest.fixture(params=LOGINS)
def log_in(request, settings, monkeypatch):
    """Log in at one of the login endpoints."""
    settings.ROOT_URLCONF, adapter, path = LOGINS[request.param]
    settings.TOKEN_REVOCATION = {"ADAPTERS": [adapter]}
    monkeypatch.setattr(f"{KNOX_VIEW}.authentication_classes", [BasicAuthentication])

    def post(user):
        credentials = {"username": user.username, "password": PASSWORD}
        # The view of knox reads the header, the others read the body.
        basic = base64.b64encode(":".join(credentials.values()).encode()).decode()
        return APIClient().post(path, credentials, headers={"Authorization": f"Basic {basic}"})

    return post


def deactivate(user):
    user.is_active = False
    user.save()


def change_password(user):
    user.set_password("a battery staple")
    user.save()


CHANGES = {
    "password": change_password,
    "password, without a signal": lambda user: get_user_model().objects.update(password="!"),
    "deactivation": deactivate,
    "deactivation, without a signal": (
        lambda user: get_user_model().objects.update(is_active=False)
    ),
    "deletion": lambda user: user.delete(),
}


@pytest.fixture
def during_login(monkeypatch):
    """Call a function between the authentication of a user and the response."""
    stock = ModelBackend.authenticate

    def install(change):
        def interrupted(self, *args, **kwargs):
            found = stock(self, *args, **kwargs)
            change(get_user_model().objects.get(pk=found.pk))
            return found

        monkeypatch.setattr(ModelBackend, "authenticate", interrupted)

    return install


@pytest.mark.trap("T32")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_token_is_issued_if_the_account_changes(user, log_in, during_login, change):
    during_login(change)
    assert log_in(user).status_code in {400, 401}


def test_a_login_succeeds_if_nothing_changes(user, log_in, during_login):
    during_login(lambda user: user.save())
    assert log_in(user).status_code == 200


@pytest.mark.parametrize("log_in", sorted(LOGINS.keys() - {KNOX_VIEW}), indirect=True)
def test_concurrent_logins_that_upgrade_the_password_hash_succeed(
    user, log_in, during_login, settings
):
    """Each stores its own hash of the same password, which is no password change."""
    settings.PASSWORD_HASHERS = [f"{HASHERS}ScryptPasswordHasher", *settings.PASSWORD_HASHERS]
    outdated = user.password

    def upgrade_hash(user):
        user.password = outdated  # As read before the first login stored its hash.
        assert user.check_password(PASSWORD)

    during_login(upgrade_hash)
    assert log_in(user).status_code == 200
    assert not TokenCutoff.objects.exists()


def test_issue_without_the_password_fails_on_a_new_hash(user):
    get_user_model().objects.update(password="!")
    with pytest.raises(AccountChanged):
        services.issue(user)


def test_issue_with_the_old_password_fails_on_a_new_hash(user):
    stale = get_user_model().objects.get(pk=user.pk)
    change_password(user)
    with services.authenticated_by(PASSWORD), pytest.raises(AccountChanged):
        services.issue(stale)


def test_an_anonymous_user_causes_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0), services.lock_user(AnonymousUser()):
        pass


def test_an_invalid_primary_key_causes_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0), lock_accounts("no number"):
        pass


class DelayedCommit:
    """Changes the account in a transaction that commits when ``may_commit`` is set."""

    def __init__(self, change):
        self.change, self.stored, self.may_commit = change, threading.Event(), threading.Event()

    def __call__(self):
        try:
            with transaction.atomic():
                self.change(get_user_model().objects.get())
                self.stored.set()
                assert self.may_commit.wait(30)
        finally:
            connections.close_all()


def log_in_before_commit(change, log_in):
    """Return whether a login waited for the commit of ``change``, and its response."""
    finished = threading.Event()

    def run():
        try:
            assert change.stored.wait(30)
            threading.Timer(0.5, change.may_commit.set).start()
            answer = log_in(get_user_model().objects.get())
            return change.may_commit.is_set(), answer
        finally:
            finished.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        changing, logging_in = pool.submit(change), pool.submit(run)
        changing.result()
        return logging_in.result()


@pytest.mark.trap("T32")
@requires_concurrent_connections
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [change_password, deactivate, lambda user: user.delete()])
def test_a_login_waits_for_the_commit_of_a_change_and_fails(log_in, change):
    UserFactory()
    waited, answer = log_in_before_commit(DelayedCommit(change), log_in)
    assert waited
    assert answer.status_code in {400, 401}


@requires_concurrent_connections
@pytest.mark.django_db(transaction=True)
def test_a_login_waits_for_the_commit_of_a_cutoff_and_succeeds(log_in):
    UserFactory()
    waited, answer = log_in_before_commit(DelayedCommit(services.revoke_all), log_in)
    assert waited
    assert answer.status_code == 200


@requires_concurrent_connections
@pytest.mark.django_db(transaction=True)
def test_concurrent_logins_of_one_user_all_succeed(log_in):
    user = UserFactory()
    statuses = run_in_threads(lambda: log_in(user).status_code, threads=6)
    assert statuses == [200] * 6


@pytest.mark.django_db
def test_a_token_that_is_revoked_during_a_login_issues_no_other(user, settings, monkeypatch):
    settings.ROOT_URLCONF = f"{CONTRIB}.knox.urls"
    settings.TOKEN_REVOCATION = {"ADAPTERS": [KNOX]}
    authentication = import_string(f"{CONTRIB}.knox.RevocableKnoxAuthentication")
    monkeypatch.setattr(f"{KNOX_VIEW}.authentication_classes", [authentication])
    _, raw = knox_models.get_token_model().objects.create(user=user)

    def revoke_all(**kwargs):
        services.revoke_all(user)

    with connected(revoke_all, token_checked):
        answer = APIClient(headers={"Authorization": f"Token {raw}"}).post("/login/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
