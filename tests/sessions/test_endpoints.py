"""The endpoints of sessions: content, errors and permissions."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.sessions.recorded import FIREFOX, IPHONE
from tests.sessions.rows import make_session
from tests.views.outages import failing_cutoff_insert, failing_revocation_insert
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.sessions._devices import Device
from token_revocation.sessions._records import record_session
from token_revocation.sessions.models import TokenSession
from token_revocation.sessions.services import end_session, record_uses
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, Subject, TokenRef

UNKNOWN_ID = "0194f3c2-7b1e-7a44-9c0d-5e2b8f6a1d30"

SESSIONS = "/auth/sessions/"


def path_of(row):
    return f"{SESSIONS}{row.pk}/"


@pytest.fixture
def session(user):
    return make_session(user, user_agent=FIREFOX, ip_address="192.0.2.7", name="Laptop")


@pytest.fixture
def owner(user):
    """A client of ``user`` without a token."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def officer(db):
    """A client of staff with all permissions for sessions."""
    staff = UserFactory(is_staff=True)
    names = ("view_tokensession", "change_tokensession", "add_tokencutoff")
    staff.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = APIClient()
    client.force_authenticate(staff)
    client.staff = staff
    return client


def test_session_expires_with_its_lifetime(owner, session, settings):
    end = session.expires_at - timedelta(minutes=1)
    settings.TOKEN_REVOCATION = {"SESSION_LIFETIME": end - session.created_at}
    (listed,) = owner.get(SESSIONS).json()
    assert parse_datetime(listed["expires_at"]) == end


def test_session_is_listed_with_its_metadata(owner, session):
    pytest.importorskip("ua_parser")
    answer = owner.get(SESSIONS)
    (listed,) = answer.json()
    times = [parse_datetime(listed.pop(f"{name}_at")) for name in ("created", "last_used")]
    assert times == [session.created_at, session.last_used_at]
    assert parse_datetime(listed.pop("expires_at")) == session.expires_at
    assert listed == {
        "id": str(session.pk),
        "kind": "simplejwt",
        "name": "Laptop",
        "device": {"browser": "Firefox 128", "os": "Windows 10", "model": ""},
        "user_agent": FIREFOX,
        "ip_address": "192.0.2.7",
        "current": False,
        "application": None,
        "scopes": None,
    }
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_device_has_a_model(owner, user):
    pytest.importorskip("ua_parser")
    make_session(user, user_agent=IPHONE)
    device = owner.get(SESSIONS).json()[0]["device"]
    assert (device["model"], device["os"]) == ("iPhone", "iOS 17")


def test_metadata_are_those_of_the_first_use(holder):
    holder.get("/protected/", HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.9")
    record_uses()
    (listed,) = holder.get(SESSIONS, HTTP_USER_AGENT="curl/8.5.0").json()
    assert (listed["user_agent"], listed["ip_address"]) == (FIREFOX, "192.0.2.9")


def test_named_session_is_recorded_with_its_metadata(holder, token):
    path = f"{SESSIONS}{AuthTokenAdapter().identify(token).key}/"
    holder.patch(path, {"name": "Desk"}, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.9")
    row = TokenSession.objects.get()
    assert (row.name, row.ip_address, row.user_agent.text) == ("Desk", "192.0.2.9", FIREFOX)


def test_metadata_are_those_that_the_project_wants(holder, settings):
    settings.TOKEN_REVOCATION = {"SESSION_METADATA": []}
    (listed,) = holder.get(SESSIONS, HTTP_USER_AGENT=FIREFOX).json()
    assert (listed["user_agent"], listed["device"], listed["ip_address"]) == ("", None, None)


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ({"browser": "Firefox 128", "os": "Windows 10"}, "Firefox 128 on Windows 10"),
        ({"browser": "curl 8"}, "curl 8"),
        ({"os": "Android 14", "model": "Pixel 9"}, "Android 14"),
        ({"model": "Kindle"}, "Kindle"),
    ],
)
def test_device_has_a_label(names, label):
    assert Device(**{"browser": "", "os": "", "model": "", **names}).label == label


@pytest.mark.parametrize("agent", ["", "?"])
def test_unknown_device_is_null(owner, user, agent):
    make_session(user, user_agent=agent)
    (listed,) = owner.get(SESSIONS).json()
    assert (listed["device"], listed["user_agent"]) == (None, agent)


def test_device_is_null_without_the_library(owner, session, monkeypatch):
    monkeypatch.setitem(sys.modules, "ua_parser", None)
    assert owner.get(SESSIONS).json()[0]["device"] is None


def test_unknown_time_of_the_login_is_null(owner, user):
    make_session(user, created_at=BEFORE_ALL_CUTOFFS, expires_at=None)
    assert owner.get(SESSIONS).json()[0]["created_at"] is None


def test_last_used_session_is_first(owner, user):
    names = ["third", "first", "second"]
    for name, hours in zip(names, (3, 1, 2), strict=True):
        make_session(user, name=name, last_used_at=now() - timedelta(hours=hours))
    assert [row["name"] for row in owner.get(SESSIONS).json()] == ["first", "second", "third"]


def test_list_has_a_limit(owner, user, monkeypatch):
    monkeypatch.setattr("token_revocation.sessions._lists.MAX_LISTED", 2)
    for _ in range(3):
        make_session(user)
    assert len(owner.get(SESSIONS).json()) == 2


def test_queries_do_not_depend_on_the_number_of_sessions(
    owner, user, django_assert_max_num_queries
):
    for _ in range(5):
        make_session(user, user_agent=FIREFOX)
    with django_assert_max_num_queries(4):
        owner.get(SESSIONS)


def test_sessions_of_others_are_not_listed(owner):
    make_session(UserFactory())
    assert owner.get(SESSIONS).json() == []


def test_session_is_renamed(owner, session):
    answer = owner.patch(path_of(session), {"name": "  Téléphone 📱 "})
    assert (answer.status_code, answer.json()["id"]) == (200, str(session.pk))
    assert owner.get(SESSIONS).json()[0]["name"].startswith("Téléphone")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"name": None}, "null"),
        ({"name": ["x"]}, "invalid"),
        ({"name": "x" * 256}, "max_length"),
        ({"name": "a\x00b"}, "null_characters_not_allowed"),
    ],
)
def test_invalid_name_is_400(owner, session, body, code):
    answer = owner.patch(path_of(session), body, format="json")
    assert (answer.status_code, answer.data["name"][0].code) == (400, code)
    session.refresh_from_db()
    assert session.name == "Laptop"


def test_ended_session_cannot_be_renamed(owner, user):
    row = make_session(user, ended_at=now())
    assert owner.patch(path_of(row), {"name": "x"}).status_code == 404


def test_session_is_ended_by_a_cutoff(owner, user, session):
    assert owner.delete(path_of(session)).status_code == 204
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.subject_id) == ("session", str(session.pk))
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.REVOKED, user)
    assert owner.get(SESSIONS).json() == []
    assert owner.delete(path_of(session)).status_code == 204
    assert TokenCutoff.objects.count() == 1


def test_token_that_is_not_stored_is_revoked_by_the_row(user):
    row = record_session(
        TokenRef(
            kind="other",
            identifier="of another service",
            issuer="https://issuer.example",
            subjects=(Subject.user(user.pk),),
            issued_at=now(),
            expires_at=now() + timedelta(hours=1),
        ),
        using="default",
    )
    assert end_session(row, reason="lost") is True
    assert end_session(row, reason="again") is False
    assert RevokedToken.objects.get(key=row.pk).reason == "lost"


@pytest.mark.parametrize("method", ["patch", "delete"])
@pytest.mark.parametrize("session_id", [UNKNOWN_ID, "x", "%00", 7])
def test_unknown_session_is_404(owner, method, session_id):
    path = f"{SESSIONS}{session_id}/"
    assert getattr(owner, method)(path, {"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", SESSIONS),
        ("patch", f"{SESSIONS}{UNKNOWN_ID}/"),
        ("delete", f"{SESSIONS}{UNKNOWN_ID}/"),
        ("post", f"{SESSIONS}revoke-others/"),
        ("get", "/auth/users/1/sessions/"),
        ("delete", f"/auth/users/1/sessions/{UNKNOWN_ID}/"),
    ],
)
def test_authentication_is_required(api_client, db, method, path):
    answer = getattr(api_client, method)(path)
    assert (answer.status_code, answer.data["detail"].code) == (401, "not_authenticated")


def test_revoke_others_without_a_token_revokes_all(owner, user, session):
    assert owner.post(f"{SESSIONS}revoke-others/").status_code == 204
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_id, cutoff.reason) == (str(user.pk), Reason.LOGOUT_ALL)


def test_cookies_of_the_current_session_are_deleted(holder, token, settings):
    settings.TOKEN_REVOCATION = {"TOKEN_COOKIES": {"refresh": {"path": "/auth/"}}}
    ref = AuthTokenAdapter().identify(token)
    answer = holder.delete(f"{SESSIONS}{ref.key}/")
    assert answer.cookies["refresh"]["path"] == "/auth/"


def test_cookies_stay_when_another_session_is_ended(holder, session, settings):
    settings.TOKEN_REVOCATION = {"TOKEN_COOKIES": {"refresh": {"path": "/auth/"}}}
    assert "refresh" not in holder.delete(path_of(session)).cookies


@pytest.fixture
def old_login(settings, token):
    """``SESSION_REVOKE_MAX_AGE``, and the login of ``token`` longer ago."""
    settings.TOKEN_REVOCATION = {"SESSION_REVOKE_MAX_AGE": timedelta(minutes=5)}
    with time_machine.travel(now() + timedelta(minutes=6)):
        yield


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.2")
@pytest.mark.usefixtures("old_login")
def test_others_are_revoked_after_a_recent_login_only(holder, session):
    for answer in (holder.delete(path_of(session)), holder.post(f"{SESSIONS}revoke-others/")):
        assert answer.status_code == 401
        assert answer.json()["code"] == "insufficient_user_authentication"
        assert 'max_age="300"' in answer["WWW-Authenticate"]
    assert not TokenCutoff.objects.exists()


@pytest.mark.usefixtures("old_login")
def test_current_session_is_revoked_without_a_recent_login(holder, session, token):
    ref = AuthTokenAdapter().identify(token)
    assert holder.patch(path_of(session), {"name": "x"}).status_code == 200
    assert holder.delete(f"{SESSIONS}{ref.key}/").status_code == 204


@pytest.mark.usefixtures("old_login")
def test_other_endpoints_revoke_others_after_a_recent_login_only(holder, token, monkeypatch):
    ref = AuthTokenAdapter().identify(token)
    other = replace(ref, identifier="other")
    monkeypatch.setattr("token_revocation.services.active_tokens", lambda user: [ref, other])
    keep = {"keep_current": True}
    for answer in (
        holder.post("/auth/logout/all/", keep),
        holder.delete(f"/auth/tokens/{other.key}/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (
            401,
            "insufficient_user_authentication",
        )
    assert not TokenCutoff.objects.exists()
    assert holder.post("/auth/logout/all/").status_code == 204


@pytest.mark.usefixtures("old_login")
def test_own_token_is_revoked_without_a_recent_login(holder, token):
    ref = AuthTokenAdapter().identify(token)
    assert holder.delete(f"/auth/tokens/{ref.key}/").status_code == 204


def test_others_are_revoked_after_a_recent_login(holder, session, settings):
    settings.TOKEN_REVOCATION = {"SESSION_REVOKE_MAX_AGE": timedelta(minutes=5)}
    assert holder.delete(path_of(session)).status_code == 204
    assert holder.post(f"{SESSIONS}revoke-others/").status_code == 204


def test_failed_end_is_503(owner, session):
    with failing_cutoff_insert():
        answer = owner.delete(path_of(session))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert len(owner.get(SESSIONS).json()) == 1


def test_failed_end_of_a_token_is_503(holder, token):
    ref = AuthTokenAdapter().identify(token)
    with failing_revocation_insert():
        answer = holder.delete(f"{SESSIONS}{ref.key}/")
    assert answer.json()["code"] == "revocation_unavailable"
    assert holder.get("/protected/").status_code == 200


@pytest.mark.parametrize(
    ("statement", "method"), [("SELECT", "get"), ("SELECT", "delete"), ("UPDATE", "patch")]
)
def test_failed_query_of_sessions_is_503(owner, session, statement, method):
    path = SESSIONS if method == "get" else path_of(session)
    with failing_database(statement, "tokensession"):
        answer = getattr(owner, method)(path, {"name": "x"})
    assert answer.status_code == 503


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.5")
def test_staff_list_rename_and_end_a_session(officer, user, session):
    path = f"/auth/users/{user.pk}/sessions/"
    (listed,) = officer.get(path).json()
    assert (listed["id"], listed["current"]) == (str(session.pk), False)
    assert officer.patch(f"{path}{session.pk}/", {"name": "Stolen"}).json()["name"] == "Stolen"
    assert officer.delete(f"{path}{session.pk}/").status_code == 204
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.reason, cutoff.revoked_by) == (Reason.ADMIN, officer.staff)
    assert officer.get(path).json() == []


def test_staff_do_not_see_their_own_token_among_others(client_of, officer, user):
    token = AuthTokenFactory(user=officer.staff)
    client = client_of(token.key)
    assert client.get(f"/auth/users/{user.pk}/sessions/").json() == []


@pytest.mark.parametrize("user_id", ["0", "9" * 30, "x", "%00"])
def test_sessions_of_an_unknown_user_are_404(officer, user_id):
    assert officer.get(f"/auth/users/{user_id}/sessions/").status_code == 404


def test_session_of_another_user_is_404_for_staff(officer, session):
    other = UserFactory()
    path = f"/auth/users/{other.pk}/sessions/{session.pk}/"
    assert officer.delete(path).status_code == 404
    assert not TokenCutoff.objects.exists()


def test_unsupported_method_is_405_for_staff(officer, user):
    answer = officer.put(f"/auth/users/{user.pk}/sessions/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("name", ["view_tokensession", "change_tokensession", "add_tokencutoff"])
def test_each_permission_allows_one_method(officer, user, session, name):
    officer.staff.user_permissions.set(Permission.objects.filter(codename=name))
    path = f"/auth/users/{user.pk}/sessions/"
    statuses = {
        "view_tokensession": officer.head(path).status_code,
        "change_tokensession": officer.patch(f"{path}{session.pk}/", {"name": "x"}).status_code,
        "add_tokencutoff": officer.delete(f"{path}{session.pk}/").status_code,
    }
    assert {key for key, status in statuses.items() if status < 300} == {name}
    assert {status for key, status in statuses.items() if key != name} == {403}


def test_user_with_permissions_who_is_not_staff_is_rejected(officer, user):
    officer.staff.is_staff = False
    officer.staff.save()
    assert officer.get(f"/auth/users/{user.pk}/sessions/").status_code == 403


def test_machine_client_has_no_sessions(owner, session, monkeypatch):
    monkeypatch.setattr("token_revocation.views.tokens.get_request_user", lambda request: None)
    assert owner.get(SESSIONS).status_code == 403


def test_session_of_a_revoked_user_is_not_listed(owner, user, session):
    services.revoke_all(user)
    assert owner.get(SESSIONS).json() == []
    assert TokenSession.objects.count() == 1
