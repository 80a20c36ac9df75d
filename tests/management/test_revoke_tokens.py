from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import UserFactory
from tests.management.terminal import Terminal
from token_revocation.management.answering import UNAVAILABLE
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    out = StringIO()
    call_command("revoke_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch):
    """Somebody sits there and types."""

    def types(line):
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("builtins.input", lambda prompt: line)

    return types


@pytest.mark.parametrize("named", ["username", "pk"])
def test_a_user_is_named_by_name_or_key(user, holder, named):
    said = run(f"--user={getattr(user, named)}")
    assert said == f"Ended every token of user {user.pk} ({user}) that was issued before now.\n"
    assert holder.get("/protected/").status_code == 401
    assert TokenCutoff.objects.get().reason == "admin"


@pytest.mark.parametrize("text", ["nobody", "0"])
def test_a_user_who_does_not_exist_is_an_error(user, text):
    with pytest.raises(CommandError, match="No user") as error:
        run(f"--user={text}")
    assert error.value.returncode == 1
    assert not TokenCutoff.objects.exists()


def test_a_name_that_is_the_key_of_somebody_else_is_nobody_s(user):
    UserFactory(username=str(user.pk))
    with pytest.raises(CommandError, match="another"):
        run(f"--user={user.pk}")
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("subject", ["session", "client"])
def test_a_session_and_a_client_are_cut_off(subject):
    said = run(f"--{subject}=x y", "--reason=incident 42")
    assert f"every token of {subject} x y" in said
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id, row.reason) == (subject, "x y", "incident 42")


def test_everyone_is_cut_off_when_somebody_says_yes(holder, typed):
    typed("yes ")
    assert "Ended every token of everyone" in run("--everyone")
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("answer", ["", "y", "no", "YES!"])
def test_everyone_stays_when_somebody_says_anything_else(holder, typed, answer):
    typed(answer)
    with pytest.raises(CommandError, match="Nothing was ended"):
        run("--everyone")
    assert holder.get("/protected/").status_code == 200


def test_everyone_stays_where_nobody_can_be_asked(holder, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    with pytest.raises(CommandError, match="--yes"):
        run("--everyone")
    assert holder.get("/protected/").status_code == 200


def test_yes_is_said_beforehand(holder):
    run("--everyone", "--yes")
    assert holder.get("/protected/").status_code == 401


def test_the_tokens_in_a_file_end(listed, client_of):
    path, raws = listed
    assert run(f"--from-file={path}") == "Ended 3; 3 of 6 lines are tokens.\n"
    assert {client_of(raw).get("/protected/").status_code for raw in raws} == {401}
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"leaked"}


def test_the_tokens_on_the_standard_input_end(listed, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(listed[1])))
    assert run("--from-file=-").startswith("Ended 3;")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(f"--from-file={tmp_path / 'x'}")


@pytest.mark.parametrize("of", ["user", "session", "client", "everyone", "from-file"])
def test_a_dry_run_says_what_it_would_do_and_does_nothing(listed, user, holder, of):
    value = {"user": user.username, "from-file": listed[0]}.get(of, "x")
    arguments = ["--everyone"] if of == "everyone" else [f"--{of}={value}"]
    assert run(*arguments, "--dry-run").startswith("Would end ")
    assert holder.get("/protected/").status_code == 200
    assert not TokenCutoff.objects.exists()
    assert not RevokedToken.objects.exists()


def test_the_answer_can_be_read_by_machines(user, token, listed):
    known = {"user_name": user.username, "stored_tokens": 1, "dry_run": False}
    said = json.loads(run("--json", f"--user={user}"))
    assert said == {"subject_type": "user", "subject_id": str(user.pk), **known}
    said = json.loads(run("--json", f"--from-file={listed[0]}", "--dry-run"))
    assert said == {"given": 6, "found": 3, "ended": 0, "dry_run": True}


def test_another_database_can_be_named(user):
    run(f"--user={user}", "--database=other")
    assert not TokenCutoff.objects.exists()
    assert TokenCutoff.objects.using("other").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--user="],
        ["--session= "],
        ["--user=\x00"],
        ["--user=x", "--everyone"],
        ["--client=x", "--reason=" + "x" * 65],
        ["--client=x", "--reason=\x00"],
        ["--client=x", "--database=nowhere"],
    ],
)
def test_wrong_usage_is_refused_before_anything_happens(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert not TokenCutoff.objects.exists()


def test_a_database_that_fails_has_an_exit_code_of_its_own(user):
    with failing_database("tokencutoff"), pytest.raises(CommandError, match="again") as error:
        run(f"--user={user}")
    assert error.value.returncode == UNAVAILABLE
    assert not TokenCutoff.objects.exists()


def test_usage_and_refusal_are_exit_codes():
    def code_of(*arguments):
        command = [sys.executable, "manage.py", "revoke_tokens", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert code_of("--nonsense") == 2
    assert code_of("--from-file=/nowhere/at/all") == 1


def test_nothing_that_is_said_holds_a_token(listed, capfd):
    path, raws = listed
    error = StringIO()
    call_command("revoke_tokens", f"--from-file={path}", stderr=error)
    said = error.getvalue() + "".join(capfd.readouterr())
    assert "so far" in said
    assert not [raw for raw in raws if raw in said]
