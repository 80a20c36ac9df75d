"""Whatever ends a token tells so: once it is committed, and never if it is rolled back."""

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
from tests.hearing import fail, hearing, listening
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.signals import revoked_token_used, subject_cut_off, token_revoked


def client_of(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


def officer():
    browser = Client()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    return browser


def in_admin(path, action, token):
    submit(path, action=action, _selected_action=[token.user_id])


def submit(path, **form):
    """A form of the admin, sent by who may do everything."""
    assert officer().post(f"/admin/{path}/", form).status_code == 302


def on_page_of_user(ended, **form):
    submit(f"auth/user/{ended.user_id}/revoke", **form)


def by_form(target, typed):
    submit("token_revocation/revokedtoken/add", target=target, **{target: typed})


def in_session_of(token):
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


def in_a_list(token):
    with NamedTemporaryFile("w") as file:
        file.write(token.key)
        file.flush()
        command(f"--from-file={file.name}")


def command(*arguments):
    call_command("revoke_tokens", *arguments, stdout=StringIO(), stderr=StringIO())


def leaked(token):
    officer_api().post("/auth/revoke/leaked/", {"tokens": [token.key]})


TOKEN = {
    "revoke/leaked/": leaked,
    "revoke_tokens --from-file": in_a_list,
    "logout/": lambda token: client_of(token).post("/auth/logout/"),
    "tokens/{id}/": delete_own,
    "revoke/": lambda token: APIClient().post("/auth/revoke/", {"token": token.key}),
    "admin, tokens": lambda t: in_admin("authtoken/tokenproxy", "revoke_selected_tokens", t),
    "admin, page of a user": lambda t: on_page_of_user(t, token=key_of(t)),
    "admin, form": lambda token: by_form("raw", token.key),
    "logout() of Django": in_session_of,
    "deleted by other code": lambda token: Token.objects.all().delete(),
    "services.revoke": lambda token: services.revoke(AuthTokenAdapter().identify(token)),
}
SUBJECT = {
    "logout/all/": lambda token: client_of(token).post("/auth/logout/all/"),
    "users/{id}/revoke/": lambda t: officer_api().post(f"/auth/users/{t.user_id}/revoke/"),
    "admin, users": lambda token: in_admin("auth/user", "log_out_everywhere", token),
    "admin, page of a user, everything": lambda t: on_page_of_user(t, everything="1"),
    "admin, form, user": lambda token: by_form("user", token.user.username),
    "revoke_tokens --user": lambda token: command(f"--user={token.user.username}"),
    "password change": change_password,
    "deactivation": deactivate,
    "deletion": lambda token: token.user.delete(),
    "services.revoke_all": lambda token: services.revoke_all(token.user),
}
PATHS = {**TOKEN, **SUBJECT}


def officer_api():
    client = APIClient()
    client.force_authenticate(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def heard():
    """What was sent, and which signal it was."""
    with hearing(token_revoked, subject_cut_off, revoked_token_used) as told:
        yield told


@pytest.mark.parametrize("path", PATHS)
def test_it_is_a_signal_on_commit(token, heard, path, django_capture_on_commit_callbacks):
    key = key_of(token)
    with django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
        assert heard == []
    revoked = [told["token"].key for told in heard if told["signal"] is token_revoked]
    cut_off = [told["cutoff"].subject_type for told in heard if "cutoff" in told]
    assert revoked == [key]
    assert cut_off == (["user"] if path in SUBJECT else [])


@pytest.mark.parametrize("path", PATHS)
def test_what_is_rolled_back_is_no_signal(
    token, heard, path, rolled_back, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        rolled_back(PATHS[path], token)
    assert heard == []


@pytest.mark.trap("T26")
@pytest.mark.parametrize("path", PATHS)
def test_no_record_of_any_logger_holds_the_token(
    token, path, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.DEBUG)
    raw = token.key
    for logger in ("django.db.backends",):  # Django's log of statements holds all parameters.
        caplog.set_level(logging.CRITICAL, logger=logger)
    with django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
    client_of(Token(key=raw)).get("/protected/")
    assert any(record.name == "token_revocation" for record in caplog.records)
    assert raw not in caplog.text + "".join(repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("path", PATHS)
def test_a_receiver_that_fails_does_not_undo_it(token, path, django_capture_on_commit_callbacks):
    header = f"Token {token.key}"
    failing = listening(fail, token_revoked, subject_cut_off)
    with failing, django_capture_on_commit_callbacks(execute=True):
        PATHS[path](token)
    assert APIClient().get("/protected/", headers={"Authorization": header}).status_code == 401
