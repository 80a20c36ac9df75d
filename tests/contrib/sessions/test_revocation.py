"""Revocations end browser sessions, with every engine."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.contrib.sessions.browsers import (
    copy_of,
    forget_login_record,
    is_logged_in,
    log_in,
    make_staff,
    ref_of,
)
from tests.signals import connected
from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.signals import revoked_token_used

pytestmark = pytest.mark.django_db


def revoke_all(user):
    services.revoke_all(user)


def revoke_everyone(user):
    services.revoke_everyone()


def log_out_everywhere_by_api(user):
    assert log_in(user).post("/auth/logout/all/").status_code == 204


def log_out_everywhere_in_the_admin(user):
    admin = log_in(make_staff())
    path = reverse("admin:auth_user_changelist")
    data = {"action": "log_out_everywhere", "_selected_action": [user.pk]}
    answer = admin.post(path, data, format="multipart", follow=True)
    assert answer.status_code == 200
    assert TokenCutoff.objects.filter(subject_id=str(user.pk)).exists()


def deactivate(user):
    user.is_active = False
    user.save()


def deactivate_and_reactivate(user):
    deactivate(user)
    user.is_active = True
    user.save()


EVENTS = [
    revoke_all,
    revoke_everyone,
    log_out_everywhere_by_api,
    log_out_everywhere_in_the_admin,
    deactivate,
    deactivate_and_reactivate,
]


@pytest.mark.parametrize("event", EVENTS)
def test_session_is_rejected_by_pages_the_api_and_the_admin(engine, user, event):
    browser = log_in(user)
    assert is_logged_in(browser)
    event(user)
    assert not is_logged_in(browser)


@pytest.mark.parametrize("event", [revoke_all, revoke_everyone, deactivate_and_reactivate])
def test_later_login_is_accepted(engine, user, event):
    log_in(user)
    event(user)
    assert is_logged_in(log_in(user))


@pytest.mark.parametrize("event", [revoke_all, revoke_everyone])
def test_session_of_before_the_installation_is_older_than_every_cutoff(engine, user, event):
    event(user)
    browser = log_in(user)
    forget_login_record(browser)
    assert not is_logged_in(browser)


def test_session_of_before_the_installation_is_accepted_without_a_cutoff(engine, user):
    browser = log_in(user)
    forget_login_record(browser)
    assert is_logged_in(browser)
    assert ref_of(browser).issued_at is None


def test_session_of_before_the_installation_can_be_revoked(engine, user):
    browser, other = log_in(user), log_in(user)
    forget_login_record(browser)
    forget_login_record(other)
    services.revoke(ref_of(browser))
    assert not is_logged_in(browser)
    assert engine == "signed_cookies" or is_logged_in(other)


def test_only_the_revoked_session_is_rejected(engine, user):
    one, other = log_in(user), log_in(user)
    services.log_out(ref_of(one))
    assert (is_logged_in(one), is_logged_in(other)) == (False, True)


def test_revocation_by_session_id_rejects_the_session(engine, browser):
    services.revoke_session(ref_of(browser).identifier)
    assert not is_logged_in(browser)


def test_other_user_is_not_affected(browser):
    services.revoke_all(make_staff())
    assert is_logged_in(browser)


def test_copy_of_the_cookie_is_rejected_after_a_login_in_the_revoked_session(engine, user):
    browser = log_in(user)
    thief = copy_of(browser)
    services.revoke_all(user)
    assert browser.get(f"/log-in-again/{user.pk}/").json() == {"user": user.username}
    assert (is_logged_in(browser), is_logged_in(thief)) == (True, False)


def test_async_view_rejects(browser, user):
    assert browser.get("/async/").content.decode() == user.username
    services.revoke_all(user)
    assert browser.get("/async/").content == b"anonymous"


def test_rejected_session_is_deleted_with_its_cookie(engine, user, browser):
    services.revoke_all(user)
    answer = browser.get("/page/")
    assert answer.status_code == 302
    assert answer.cookies["sessionid"].value == ""


@pytest.mark.parametrize("path", ["/page/", "/protected/"])
def test_use_of_a_revoked_session_is_reported_once(browser, user, path, revoked_token_uses):
    ref = ref_of(browser)
    services.revoke_all(user)
    browser.get(path)
    assert [use["token"] for use in revoked_token_uses] == [ref]
    assert revoked_token_uses[0]["request"].path == path


def test_api_answers_401_with_code_and_challenge(browser, user):
    services.revoke_all(user)
    answer = browser.get("/protected/")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith('Session realm="api", error="invalid_token"')


def test_api_answers_401_without_a_session(api_client, db):
    answer = api_client.get("/protected/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Session realm="api"')


@pytest.mark.parametrize("path", ["/page/", "/async/", "/protected/"])
def test_receiver_of_the_use_sees_no_user(browser, user, path):
    seen = []

    def receive(*, request, **kwargs):
        seen.append(request.user.is_authenticated)

    services.revoke_all(user)
    with connected(receive, revoked_token_used):
        browser.get(path)
    assert seen == [False]
