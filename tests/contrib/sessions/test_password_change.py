"""Password changes: Django keeps one session, all others end."""

from __future__ import annotations

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests.contrib.sessions.browsers import (
    PASSWORD,
    copy_of,
    forget_login_record,
    is_logged_in,
    log_in,
    make_staff,
)
from tests.contrib.sessions.conftest import SETTINGS
from token_revocation import services
from token_revocation.models import TokenCutoff

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a better password"
NEW = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}


def change_password(browser):
    form = {"old_password": PASSWORD, **NEW}
    answer = browser.post("/accounts/password_change/", form, format="multipart")
    assert answer.status_code == 302, answer.content


def change_password_in_the_admin(browser, user):
    form = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    path = f"/admin/auth/user/{user.pk}/password/"
    assert browser.post(path, form, format="multipart").status_code == 302


@pytest.mark.parametrize("is_old", [False, True])
def test_session_of_the_change_is_kept_and_others_end(engine, user, is_old):
    browser, other = log_in(user), log_in(user)
    if is_old:
        forget_login_record(browser)
    copy = copy_of(browser)
    change_password(browser)
    assert is_logged_in(browser)
    assert not is_logged_in(other)
    assert not is_logged_in(copy)


def test_kept_session_ends_with_the_next_revocation(browser, user):
    change_password(browser)
    services.revoke_all(user)
    assert not is_logged_in(browser)


def test_kept_session_of_before_the_installation_ends_with_the_next_revocation(browser, user):
    forget_login_record(browser)
    change_password(browser)
    browser.get("/cycle/")
    assert is_logged_in(browser)
    services.revoke_all(user)
    assert not is_logged_in(browser)


def test_change_in_the_admin_keeps_the_session_of_the_user(browser, user):
    other = log_in(user)
    change_password_in_the_admin(browser, user)
    assert (is_logged_in(browser), is_logged_in(other)) == (True, False)


def test_change_of_another_user_keeps_only_the_session_of_the_admin(browser, user):
    person = make_staff()
    theirs = log_in(person)
    change_password_in_the_admin(browser, person)
    assert (is_logged_in(browser), is_logged_in(theirs)) == (True, False)
    assert TokenCutoff.objects.get().kept is None


def test_change_without_update_of_the_hash_ends_every_session(browser, user):
    other = log_in(user)
    assert browser.get("/set-password/").status_code == 200
    assert not is_logged_in(browser)
    assert not is_logged_in(other)


def test_change_in_an_async_view_keeps_the_session(browser, user):
    other = log_in(user)
    assert browser.get("/set-password-async/").status_code == 200
    assert (is_logged_in(browser), is_logged_in(other)) == (True, False)


def test_reset_ends_every_session(browser, user):
    visitor = log_in(user)
    user.refresh_from_db()  # Its last login is part of the token.
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    page = visitor.get(f"/accounts/reset/{uid}/{token}/", follow=True)
    path = page.redirect_chain[-1][0]
    assert visitor.post(path, NEW, format="multipart").status_code == 302
    assert not is_logged_in(browser)
    assert not is_logged_in(visitor)
    assert is_logged_in(log_in(user, NEW_PASSWORD))


def test_password_change_that_revokes_nothing_keeps_the_session(settings, browser, user):
    settings.TOKEN_REVOCATION = {**SETTINGS, "REVOKE_ON": []}
    other = log_in(user)
    change_password(browser)
    assert (is_logged_in(browser), is_logged_in(other)) == (True, False)
