"""Every path that revokes a token sends its signals on commit."""

from __future__ import annotations

import logging
from io import StringIO
from tempfile import NamedTemporaryFile

import pytest
from django.contrib.auth import logout
from django.core.management import call_command
from django.test import Client, RequestFactory
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.factories import UserFactory
from tests.signals import capture_signals, connected, failing_receiver
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.signals import revoked_token_used, subject_revoked, token_revoked


def client_of(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


def admin_browser():
    browser = Client()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    return browser


def in_admin(path, action, token):
    submit(path, action=action, _selected_action=[token.user_id])


def submit(path, **form):
    """Submit a form of the admin as a superuser."""
    assert admin_browser().post(f"/admin/{path}/", form).status_code == 302


def submit_user_page(stored_token, /, **form):
    submit(f"auth/user/{stored_token.user_id}/revoke", **form)


def submit_form(target, typed):
    submit("token_revocation/revokedtoken/add", target=target, **{target: typed})


def log_out_of_session(token):
    request = RequestFactory().get("/")
    request.session = Client().session
    request.revocable_token = AuthTokenAdapter().identify(token)
    request.user = token.user
    logout(request)


def deactivate(token):
    token.user.is_active = False
    token.user.save()


def change_password(token):
    token.user.set_password("a battery staple")
    token.user.save()


def key_of(token):
    return AuthTokenAdapter().identify(token).key


def delete_own(token):
    client_of(token).delete(f"/auth/tokens/{key_of(token)}/")


def revoke_listed(token):
    with NamedTemporaryFile("w") as file:
        file.write(token.key)
        file.flush()
        command(f"--from-file={file.name}")


def command(*arguments):
    call_command("revoke_tokens", *arguments, stdout=StringIO(), stderr=StringIO())


def revoke_leaked(token):
    superuser_client().post("/auth/revoke/leaked/", {"tokens": [token.key]})


TOKEN = {
    "revoke/leaked/": revoke_leaked,
    "revoke_tokens --from-file": revoke_listed,
    "logout/": lambda token: client_of(token).post("/auth/logout/"),
    "tokens/{id}/": delete_own,
    "revoke/": lambda token: APIClient().post("/auth/revoke/", {"token": token.key}),
    "admin, tokens": lambda t: in_admin("authtoken/tokenproxy", "revoke_selected_tokens", t),
    "admin, page of a user": lambda t: submit_user_page(t, token=key_of(t)),
    "admin, form": lambda token: submit_form("raw", token.key),
    "logout() of Django": log_out_of_session,
    "deleted by other code": lambda token: Token.objects.all().delete(),
    "services.revoke": lambda token: services.revoke(AuthTokenAdapter().identify(token)),
}
SUBJECT = {
    "logout/all/": lambda token: client_of(token).post("/auth/logout/all/"),
    "users/{id}/revoke/": lambda t: superuser_client().post(f"/auth/users/{t.user_id}/revoke/"),
    "admin, users": lambda token: in_admin("auth/user", "log_out_everywhere", token),
    "admin, page of a user, everything": lambda t: submit_user_page(t, everything="1"),
    "admin, form, user": lambda token: submit_form("user", token.user.username),
    "revoke_tokens --user": lambda token: command(f"--user={token.user.username}"),
    "password change": change_password,
    "deactivation": deactivate,
    "deletion": lambda token: token.user.delete(),
    "services.revoke_all": lambda token: services.revoke_all(token.user),
}
PATHS = {**TOKEN, **SUBJECT}


def superuser_client():
    client = APIClient()
    client.force_authenticate(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def received():
    """The signals that were sent."""
    with capture_signals(token_revoked, subject_revoked, revoked_token_used) as signals:
        yield signals


@pytest.mark.parametrize("path", PATHS)
def test_each_path_sends_signals_on_commit(
    token, received, path, django_capture_on_commit_callbacks
):
    key = key_of(token)
    with django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
        assert received == []
    revoked = [signal["token"].key for signal in received if signal["signal"] is token_revoked]
    cut_off = [signal["cutoff"].subject_type for signal in received if "cutoff" in signal]
    assert revoked == [key]
    assert cut_off == (["user"] if path in SUBJECT else [])


@pytest.mark.parametrize("path", PATHS)
def test_no_path_sends_signals_after_rollback(
    token, received, path, rolled_back, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        rolled_back(PATHS[path], token)
    assert received == []


@pytest.mark.trap("T26")
@pytest.mark.parametrize("path", PATHS)
def test_no_path_logs_the_raw_token(token, path, caplog, django_capture_on_commit_callbacks):
    caplog.set_level(logging.DEBUG)
    raw = token.key
    for logger in ("django.db.backends",):  # Django logs statements with their parameters.
        caplog.set_level(logging.CRITICAL, logger=logger)
    with django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
    client_of(Token(key=raw)).get("/protected/")
    assert any(record.name == "token_revocation" for record in caplog.records)
    assert raw not in caplog.text + "".join(repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("path", PATHS)
def test_failing_receiver_does_not_undo_revocation(token, path, django_capture_on_commit_callbacks):
    header = f"Token {token.key}"
    failing = connected(failing_receiver, token_revoked, subject_revoked)
    with failing, django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
    assert APIClient().get("/protected/", headers={"Authorization": header}).status_code == 401
