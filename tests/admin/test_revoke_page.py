"""The "Revoke tokens" page of the admin."""

from __future__ import annotations

import sys

import pytest
from django.contrib.admin.models import LogEntry
from django.core.signals import got_request_exception
from django.views.debug import ExceptionReporter

from tests.admin.pages import REVOKED, form_errors, nothing_is_stored, submit
from tests.factories import UserFactory
from tests.signals import capture_signals, connected
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked, token_revoked
from token_revocation.testing._databases import failing_database


def test_pasted_token_is_revoked(superuser_client, holder, token):
    page = submit(superuser_client, "raw", f" {token.key}\n", note="seen in a chat")

    row = RevokedToken.objects.get()
    assert page.redirect_chain == [(REVOKED, 302)]
    assert f"Token {row.fingerprint} was revoked." in page.text
    assert (row.reason, row.note, row.revoked_by) == (
        Reason.ADMIN,
        "seen in a chat",
        superuser_client.staff,
    )
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_inactive_token_is_reported(superuser_client, token, monkeypatch):
    monkeypatch.setattr(AuthTokenAdapter, "delete_stored_many", lambda *args: None)
    submit(superuser_client, "raw", token.key)
    page = submit(superuser_client, "raw", token.key)
    assert "is no longer active." in page.text
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("attribute", ["username", "email", "pk"])
def test_user_is_found_by_name_address_or_id(superuser_client, holder, user, attribute):
    page = submit(superuser_client, "user", str(getattr(user, attribute)), reason="stolen_laptop")

    cutoff = TokenCutoff.objects.get()
    assert f"User {user} was logged out everywhere." in page.text
    assert (cutoff.subject_id, cutoff.reason) == (str(user.pk), "stolen_laptop")
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize(
    ("target", "typed", "subject"),
    [
        ("session", "s1", "session s1"),
        ("client", "app", "client app"),
        ("everyone", "Everyone", "everyone"),
    ],
)
def test_sessions_clients_and_everyone_are_revoked(superuser_client, target, typed, subject):
    page = submit(superuser_client, target, typed)

    assert [str(cutoff) for cutoff in TokenCutoff.objects.all()] == [subject]
    assert f"All tokens issued until now were revoked: {subject}." in page.text


@pytest.mark.parametrize(
    ("target", "typed", "problem"),
    [
        (
            "raw",
            "c0ffee",
            "Enter one token. A token that was revoked and deleted is not recognized.",
        ),
        ("raw", "", "This field is required."),
        ("user", "", "This field is required."),
        ("user", "mallory", "No user found."),
        ("user", "1" * 30, "No user found."),
        ("session", " ", "This field is required."),
        ("client", "a\x00b", "Null characters are not allowed."),
        ("everyone", "someone", "Type “everyone” to confirm."),
    ],
)
def test_invalid_value_is_an_error_of_its_field(superuser_client, target, typed, problem):
    page = submit(superuser_client, target, typed)
    assert form_errors(page) == {target: [problem]}
    assert nothing_is_stored()


def test_target_is_required(superuser_client):
    assert form_errors(superuser_client.post(f"{REVOKED}add/", {"raw": "x"})) == {
        "target": ["This field is required."]
    }


def test_shared_email_address_is_an_error(superuser_client):
    for name in ("alice", "bob"):
        UserFactory(username=name, email="office@example.org")
    page = submit(superuser_client, "user", "office@example.org")
    assert form_errors(page) == {"user": ["More than one user found. Enter the user ID."]}


def test_pasted_token_is_not_rendered_again(superuser_client, token):
    page = submit(superuser_client, "raw", token.key, reason="x" * 65)
    assert form_errors(page).keys() == {"reason"}
    assert token.key not in page.text


@pytest.mark.parametrize("field", ["user", "session", "client", "everyone", "reason", "note"])
def test_token_in_another_field_is_rejected_and_not_rendered(superuser_client, token, field):
    typed = {"client": "app", field: token.key}
    page = submit(superuser_client, "client", **typed)
    assert form_errors(page) == {
        field: ["This field contains a token. Use the field “Token” instead."],
    }
    assert token.key not in page.text
    assert nothing_is_stored()


def test_error_report_does_not_contain_the_token(superuser_client, token, monkeypatch):
    def fail(*args):
        raise RuntimeError

    def report(request, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    reports = []
    monkeypatch.setattr(AuthTokenAdapter, "identify", fail)
    superuser_client.raise_request_exception = False
    with connected(report, got_request_exception):
        answer = submit(superuser_client, "raw", token.key)

    assert (answer.status_code, len(reports)) == (500, 2)
    assert "RuntimeError" in reports[0]
    assert token.key not in "".join(reports)


def test_revocations_are_logged_without_secrets(superuser_client, token, user):
    submit(superuser_client, "raw", token.key)
    submit(superuser_client, "user", user.username)
    submit(superuser_client, "session", "s1")

    entries = list(LogEntry.objects.order_by("pk"))
    names = [str(RevokedToken.objects.first()), str(user), "session s1"]
    assert [entry.object_repr for entry in entries] == names
    assert {entry.user for entry in entries} == {superuser_client.staff}
    assert token.key not in "".join(repr(vars(entry)) for entry in entries)


@pytest.mark.django_db(transaction=True)
def test_revocations_send_signals(superuser_client, token):
    with capture_signals(token_revoked, subject_revoked, argument="sender") as told:
        submit(superuser_client, "raw", token.key)
        submit(superuser_client, "session", "s1")
    assert told == [RevokedToken, TokenCutoff]


@pytest.mark.parametrize("words", [("INSERT INTO", "revokedtoken"), ("INSERT INTO", "admin_log")])
def test_failed_revocation_is_503_and_rolled_back(superuser_client, holder, token, words):
    with failing_database(*words):
        page = submit(superuser_client, "raw", token.key, note="seen in a chat")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Revocation is temporarily unavailable." in page.text
    assert "seen in a chat" in page.text
    assert token.key not in page.text
    assert nothing_is_stored()
    assert holder.get("/protected/").status_code == 200
