"""The page "Revoke a token"."""

from __future__ import annotations

import sys

import pytest
from django.contrib.admin.models import LogEntry
from django.core.signals import got_request_exception
from django.views.debug import ExceptionReporter

from tests.admin.sending import REVOKED, nothing_happened, problems, send
from tests.factories import UserFactory
from tests.hearing import hearing, listening
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.signals import subject_cut_off, token_revoked
from token_revocation.testing.databases import failing_database


def test_a_pasted_token_is_revoked(superuser_client, holder, token):
    page = send(superuser_client, "raw", f" {token.key}\n", note="seen in a chat")

    row = RevokedToken.objects.get()
    assert page.redirect_chain == [(REVOKED, 302)]
    assert f"Revoked: token {row.fingerprint}." in page.text
    assert (row.reason, row.note, row.revoked_by) == (
        Reason.ADMIN,
        "seen in a chat",
        superuser_client.staff,
    )
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_a_token_that_has_ended_is_said_to(superuser_client, token, monkeypatch):
    monkeypatch.setattr(AuthTokenAdapter, "destroy_many", lambda *args: None)
    send(superuser_client, "raw", token.key)
    page = send(superuser_client, "raw", token.key)
    assert "This token had ended already: " in page.text
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("attribute", ["username", "email", "pk"])
def test_a_user_is_logged_out_by_any_name(superuser_client, holder, user, attribute):
    page = send(superuser_client, "user", str(getattr(user, attribute)), reason="stolen_laptop")

    cutoff = TokenCutoff.objects.get()
    assert f"Logged out everywhere: {user}." in page.text
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
def test_whatever_has_a_name_is_ended(superuser_client, target, typed, subject):
    page = send(superuser_client, target, typed)

    assert [str(cutoff) for cutoff in TokenCutoff.objects.all()] == [subject]
    assert f"Revoked: every token issued until now, {subject}." in page.text


@pytest.mark.parametrize(
    ("target", "typed", "problem"),
    [
        ("raw", "c0ffee", "This is no token, or one that was revoked and deleted."),
        ("raw", "", "This field is required."),
        ("user", "", "This field is required."),
        ("user", "mallory", "Nobody is called that."),
        ("user", "1" * 30, "Nobody is called that."),
        ("session", " ", "This field is required."),
        ("client", "a\x00b", "Null characters are not allowed."),
        ("everyone", "someone", "That is not the word."),
    ],
)
def test_what_cannot_be_ended_is_said_at_its_field(superuser_client, target, typed, problem):
    page = send(superuser_client, target, typed)
    assert problems(page) == {target: [problem]}
    assert nothing_happened()


def test_a_choice_must_be_made(superuser_client):
    assert problems(superuser_client.post(f"{REVOKED}add/", {"raw": "x"})) == {
        "target": ["This field is required."]
    }


def test_an_address_of_two_users_is_nobody_in_particular(superuser_client):
    for name in ("alice", "bob"):
        UserFactory(username=name, email="office@example.org")
    page = send(superuser_client, "user", "office@example.org")
    assert problems(page) == {"user": ["More than one user is called that."]}


def test_a_pasted_token_is_not_in_the_page_that_comes_back(superuser_client, token):
    page = send(superuser_client, "raw", token.key, reason="x" * 65)
    assert problems(page).keys() == {"reason"}
    assert token.key not in page.text


@pytest.mark.parametrize("field", ["user", "session", "client", "everyone", "reason", "note"])
def test_a_token_in_another_field_is_neither_shown_nor_stored(superuser_client, token, field):
    typed = {"client": "app", field: token.key}
    page = send(superuser_client, "client", **typed)
    assert problems(page) == {
        field: ["This is a token. Paste it as a token, and nowhere else."],
    }
    assert token.key not in page.text
    assert nothing_happened()


def test_no_error_report_of_the_page_has_it(superuser_client, token, monkeypatch):
    def fail(*args):
        raise RuntimeError

    def report(request, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    reports = []
    monkeypatch.setattr(AuthTokenAdapter, "identify", fail)
    superuser_client.raise_request_exception = False
    with listening(report, got_request_exception):
        answer = send(superuser_client, "raw", token.key)

    assert (answer.status_code, len(reports)) == (500, 2)
    assert "RuntimeError" in reports[0]
    assert token.key not in "".join(reports)


def test_every_ending_is_in_the_admin_log_without_a_secret(superuser_client, token, user):
    send(superuser_client, "raw", token.key)
    send(superuser_client, "user", user.username)
    send(superuser_client, "session", "s1")

    entries = list(LogEntry.objects.order_by("pk"))
    names = [str(RevokedToken.objects.first()), str(user), "session s1"]
    assert [entry.object_repr for entry in entries] == names
    assert {entry.user for entry in entries} == {superuser_client.staff}
    assert token.key not in "".join(repr(vars(entry)) for entry in entries)


@pytest.mark.django_db(transaction=True)
def test_the_signals_are_sent(superuser_client, token):
    with hearing(token_revoked, subject_cut_off, name="sender") as told:
        send(superuser_client, "raw", token.key)
        send(superuser_client, "session", "s1")
    assert told == [RevokedToken, TokenCutoff]


@pytest.mark.parametrize("words", [("INSERT INTO", "revokedtoken"), ("INSERT INTO", "admin_log")])
def test_an_outage_is_a_503_and_nothing_is_half_done(superuser_client, holder, token, words):
    with failing_database(*words):
        page = send(superuser_client, "raw", token.key, note="seen in a chat")

    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Revocation is temporarily unavailable." in page.text
    assert "seen in a chat" in page.text
    assert token.key not in page.text
    assert nothing_happened()
    assert holder.get("/protected/").status_code == 200
