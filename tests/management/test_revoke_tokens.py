from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import UserFactory
from tests.management.fake_terminal import Terminal
from token_revocation.management._output import UNAVAILABLE
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def run(*arguments):
    out = StringIO()
    call_command("revoke_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def type_answer(monkeypatch):
    """Run on a terminal, and answer the confirmation."""

    def set_answer(line):
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("builtins.input", lambda prompt: line)

    return set_answer


@pytest.mark.parametrize("attribute", ["username", "pk"])
def test_user_is_found_by_username_or_primary_key(user, holder, attribute):
    output = run(f"--user={getattr(user, attribute)}")
    assert output == f"Revoked all tokens of user {user.pk} ({user}) issued until now.\n"
    assert holder.get("/protected/").status_code == 401
    assert TokenCutoff.objects.get().reason == "admin"


@pytest.mark.parametrize("text", ["unknown", "0"])
def test_unknown_user_is_an_error(user, text):
    with pytest.raises(CommandError, match="No user") as error:
        run(f"--user={text}")
    assert error.value.returncode == 1
    assert not TokenCutoff.objects.exists()


def test_ambiguous_user_is_an_error(user):
    UserFactory(username=str(user.pk))
    with pytest.raises(CommandError, match="another"):
        run(f"--user={user.pk}")
    assert not TokenCutoff.objects.exists()


@pytest.mark.parametrize("subject", ["session", "client"])
def test_session_and_client_are_revoked(subject):
    output = run(f"--{subject}=x y", "--reason=incident 42")
    assert f"all tokens of {subject} x y" in output
    row = TokenCutoff.objects.get()
    assert (row.subject_type, row.subject_id, row.reason) == (subject, "x y", "incident 42")


def test_everyone_is_revoked_after_confirmation(holder, type_answer):
    type_answer("yes ")
    assert "Revoked all tokens of everyone" in run("--everyone")
    assert holder.get("/protected/").status_code == 401


@pytest.mark.parametrize("answer", ["", "y", "no", "YES!"])
def test_nothing_is_revoked_without_confirmation(holder, type_answer, answer):
    type_answer(answer)
    with pytest.raises(CommandError, match="No tokens were revoked"):
        run("--everyone")
    assert holder.get("/protected/").status_code == 200


def test_nothing_is_revoked_without_terminal(holder, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    with pytest.raises(CommandError, match="--yes"):
        run("--everyone")
    assert holder.get("/protected/").status_code == 200


def test_yes_option_skips_confirmation(holder):
    run("--everyone", "--yes")
    assert holder.get("/protected/").status_code == 401


def test_tokens_in_file_are_revoked(listed, client_of):
    path, raws = listed
    assert run(f"--from-file={path}") == "Revoked 3 tokens or sessions (3 of 6 lines are tokens).\n"
    assert {client_of(raw).get("/protected/").status_code for raw in raws} == {401}
    assert set(RevokedToken.objects.values_list("reason", flat=True)) == {"leaked"}


def test_tokens_on_standard_input_are_revoked(listed, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(listed[1])))
    assert run("--from-file=-").startswith("Revoked 3 ")


def test_missing_file_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(f"--from-file={tmp_path / 'x'}")


@pytest.mark.parametrize("of", ["user", "session", "client", "everyone", "from-file"])
def test_dry_run_revokes_nothing(listed, user, holder, of):
    value = {"user": user.username, "from-file": listed[0]}.get(of, "x")
    arguments = ["--everyone"] if of == "everyone" else [f"--{of}={value}"]
    assert run(*arguments, "--dry-run").startswith("Would revoke ")
    assert holder.get("/protected/").status_code == 200
    assert not TokenCutoff.objects.exists()
    assert not RevokedToken.objects.exists()


def test_json_output(user, token, listed):
    known = {"user_name": user.username, "stored_tokens": 1, "dry_run": False}
    output = json.loads(run("--json", f"--user={user}"))
    assert output == {"subject_type": "user", "subject_id": str(user.pk), **known}
    output = json.loads(run("--json", f"--from-file={listed[0]}", "--dry-run"))
    assert output == {"received": 6, "matched": 3, "revoked": 0, "dry_run": True}


def test_database_can_be_selected(user):
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
def test_invalid_arguments_are_rejected(arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert not TokenCutoff.objects.exists()


def test_database_failure_has_its_own_exit_status(user):
    with failing_database("tokencutoff"), pytest.raises(CommandError, match="again") as error:
        run(f"--user={user}")
    assert error.value.returncode == UNAVAILABLE
    assert not TokenCutoff.objects.exists()


def test_exit_statuses_of_errors():
    def exit_status(*arguments):
        command = [sys.executable, "manage.py", "revoke_tokens", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert exit_status("--nonsense") == 2
    assert exit_status("--from-file=/nowhere/at/all") == 1


def test_output_contains_no_raw_token(listed, capfd):
    path, raws = listed
    error = StringIO()
    call_command("revoke_tokens", f"--from-file={path}", stderr=error)
    output = error.getvalue() + "".join(capfd.readouterr())
    assert "processed" in output
    assert not [raw for raw in raws if raw in output]
