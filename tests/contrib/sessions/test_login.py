"""Logins: identifier, time, and the key of the session."""

from __future__ import annotations

import pytest
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.signals import user_logged_in
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.functional import empty
from rest_framework.test import APIClient

from tests.contrib.sessions.browsers import (
    copy_of,
    forget_login_record,
    is_logged_in,
    log_in,
    make_staff,
    ref_of,
)
from token_revocation import services
from token_revocation.authentication import token_of
from token_revocation.clock import database_now
from token_revocation.contrib.sessions import (
    RevocationMiddleware,
    _logins,
    _receivers,
    _requests,
)
from token_revocation.contrib.sessions._login_record import DATA_KEY
from token_revocation.models import TokenCutoff
from token_revocation.sessions.services import active_sessions
from token_revocation.tokens import Subject, TokenRef

pytestmark = pytest.mark.django_db


def test_session_has_a_random_identifier_and_its_subjects(engine, browser, user):
    ref = ref_of(browser)
    assert len(ref.identifier) == 36
    assert ref.identifier not in browser.cookies["sessionid"].value
    assert ref.subjects == (Subject.user(user.pk), Subject.session(ref.identifier))


def test_login_is_dated_by_the_clock_of_the_database(user):
    before = database_now("default")
    browser = log_in(user)
    assert before < ref_of(browser).issued_at < database_now("default")


def test_each_login_has_another_identifier(engine, user):
    assert ref_of(log_in(user)).identifier != ref_of(log_in(user)).identifier


def test_identifier_survives_a_new_session_key(engine, browser):
    before, cookie = ref_of(browser), browser.cookies["sessionid"].value
    assert browser.get("/cycle/").status_code == 200
    browser.get("/touch/")
    after = ref_of(browser)
    assert (before.identifier, before.issued_at) == (after.identifier, after.issued_at)
    assert engine == "signed_cookies" or browser.cookies["sessionid"].value != cookie


@pytest.mark.parametrize("is_old", [False, True])
def test_second_login_in_a_revoked_session_gets_a_new_key(user, browser, is_old):
    if is_old:
        forget_login_record(browser)
    thief = copy_of(browser)
    services.revoke_all(user)
    assert browser.get(f"/log-in-again/{user.pk}/").status_code == 200
    assert (is_logged_in(browser), is_logged_in(thief)) == (True, False)


def test_impersonation_is_a_login_of_the_other_user(engine, browser, user):
    person = make_staff()
    assert browser.get(f"/impersonate/{person.pk}/").content.decode() == person.username
    assert ref_of(browser).subject("user") == Subject.user(person.pk)
    services.revoke_all(user)
    assert is_logged_in(browser)
    services.revoke_all(person)
    assert not is_logged_in(browser)


def test_session_of_the_first_user_ends_with_a_login_of_another(engine, browser, user):
    copy, person = copy_of(browser), make_staff()
    assert is_logged_in(copy)
    browser.get(f"/impersonate/{person.pk}/")
    assert is_logged_in(browser)
    assert not is_logged_in(copy)
    assert active_sessions(user) == []


def test_flush_ends_the_session(engine, browser, user):
    copy = copy_of(browser)
    browser.get("/flush/")
    assert not is_logged_in(copy)
    assert active_sessions(user) == []


def test_flush_of_a_revoked_session_writes_nothing(browser, user):
    services.revoke_all(user)
    browser.get("/flush/")
    assert not TokenCutoff.objects.filter(subject_type="session").exists()


def test_flush_without_a_login_writes_nothing(client, db):
    client.get("/flush/")
    assert not TokenCutoff.objects.exists()


def test_flush_without_the_adapter_writes_nothing(browser, settings):
    settings.TOKEN_REVOCATION = {"ADAPTERS": []}
    browser.get("/flush/")
    assert not TokenCutoff.objects.exists()


def test_impersonation_is_later_than_a_cutoff_of_the_other_user(engine, browser):
    person = make_staff()
    services.revoke_all(person)
    assert browser.get(f"/impersonate/{person.pk}/").status_code == 200
    assert is_logged_in(browser)


def test_logout_after_a_login_in_the_same_request_revokes_the_new_session(browser, user):
    browser.get(f"/log-in-again/{user.pk}/")
    copy = copy_of(browser)
    browser.post("/accounts/logout/")
    assert not is_logged_in(copy)


def test_login_by_a_token_does_not_read_the_session(client, user):
    request = client.get("/public/").wsgi_request
    user_logged_in.send(type(user), request=request, user=user)
    assert request.session.accessed is False


@pytest.mark.parametrize("request_", [None, RequestFactory().get("/")])
def test_login_without_a_session_is_ignored(user, request_):
    _receivers.start_session(request=request_, user=user)


def test_login_of_another_user_than_that_of_the_session_is_ignored(client, user):
    client.force_login(user)
    request = client.get("/touch/").wsgi_request
    before = dict(request.session[DATA_KEY])
    _receivers.start_session(request=request, user=make_staff())
    assert request.session[DATA_KEY] == before


def test_login_without_the_adapter_is_left_alone(settings, user):
    settings.TOKEN_REVOCATION = {}
    assert DATA_KEY not in log_in(user).session


def test_token_of_a_page_is_its_session(rf, browser, user):
    request = rf.get("/")
    request.session, request.user = browser.session, user
    assert _requests.is_accepted(request)
    assert token_of(request) == ref_of(browser)


def test_token_of_an_api_request_stays_at_a_login(rf, browser, user):
    request = rf.get("/")
    request.session, request.user = browser.session, user
    request.revocable_token = token = TokenRef(kind="authtoken", identifier="1")
    assert _requests.is_accepted(request)
    assert token_of(request) is token


def test_login_fails_and_leaves_no_session_if_the_clock_cannot_be_read(client, user, monkeypatch):
    def fail(alias):
        raise OperationalError("gone away")

    monkeypatch.setattr(_logins, "database_now", fail)
    answer = client.get(f"/log-in-again/{user.pk}/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client.get("/page/").status_code == 302


@pytest.mark.parametrize("data", ["", [], {"sid": "", "auth_time": "x"}, {"auth_time": 1e300}])
def test_malformed_record_counts_as_none(browser, user, data):
    session = browser.session
    session[DATA_KEY] = data
    session.save()
    assert ref_of(browser).issued_at is None
    assert is_logged_in(browser)
    services.revoke_all(user)
    assert not is_logged_in(browser)


@pytest.mark.parametrize("is_old", [False, True])
def test_session_is_not_renewed_by_the_login_of_another_session(rf, browser, user, is_old):
    """allauth replaces the session of a request for a while, and logs in to the other one."""
    if is_old:
        forget_login_record(browser)
    request = rf.get("/")
    request.session, request.user = browser.session, user
    before = request.session.get(DATA_KEY)
    other = ref_of(log_in(make_staff()))
    _requests.set_checked(request, _requests.CheckedSession(other))
    _requests.renew(request)
    assert request.session.get(DATA_KEY) == before


@pytest.mark.parametrize("first", ["anonymous", "accepted", "revoked"])
def test_user_is_that_of_the_session_that_replaces_another(rf, user, first):
    """allauth replaces the session and purges the user, after a middleware may have read it."""
    before, other = make_staff(), log_in(user).session
    request = rf.get("/")
    request.session = APIClient().session if first == "anonymous" else log_in(before).session
    if first == "revoked":
        services.revoke_all(before)

    def view(request):
        assert request.user.is_authenticated is (first == "accepted")
        request.session = other
        vars(request).pop("_cached_user", None)
        vars(request.user)["_wrapped"] = empty
        return HttpResponse(request.user.get_username())

    answer = AuthenticationMiddleware(RevocationMiddleware(view))(request)
    assert answer.content.decode() == user.username
