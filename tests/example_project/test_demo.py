from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import tomllib
from itertools import dropwhile

import pytest

from example_project import swagger
from example_project.demo.server import free_port
from example_project.kinds import CAN_BE_VERIFIED, JWT, KINDS, OAUTH
from tests.example_project.conftest import ROOT

PASSWORD = "correct-horse"


@pytest.fixture
def check_demo(manage):
    """Run the scenarios in a project with these settings."""
    return lambda **environment: manage("demo", "--check", **environment)


@pytest.fixture
def demo(start):
    """Return a running demonstration and the text that it printed first."""
    gateway = {"EXAMPLE_GATEWAY_PORT": str(free_port())}
    process = start("demo", f"--port={free_port()}", EXAMPLE_PASSWORD=PASSWORD, **gateway)
    printed = ""
    while "Quit the server" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    return process, printed


def wait_until_served(printed):
    port = int(re.search(r"127\.0\.0\.1:(\d+)", printed)[1])
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
    raise AssertionError(printed)


def printed_commands(printed):
    return [line.strip() for line in printed.splitlines() if "curl " in line]


def test_every_scenario_succeeds(check_demo):
    checked = check_demo()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for step in [
        "alice logs in: 200",
        "call the API: 200",
        "log out: 204",
        "call again: 401 token_revoked",
        "log in again gives a new key",
        "log out everywhere: 204",
        "bob calls: 401 token_revoked",
        "call with an expired token: 401 token_expired",
        "the session of the browser is listed",
        "rename the session of the browser: 200",
        "revoke the others: 204",
        "call with the cookie: 401 token_revoked",
        "call from the remaining device: 200",
        "log out with the browser in it: 204",
        "call with the new cookie: 401 token_revoked",
        "purge",
    ]:
        assert f"ok  {step}" in checked.stdout.splitlines()
    jwt_steps = [
        "log out with the access token alone: 204",
        "call after that: 401 token_revoked",
        "refresh after that: 401 token_revoked",
        "replay the used refresh token: 401 token_revoked",
        "call in that session: 401 token_revoked",
        "call in another session: 200",
        "call with the other kind: 401 token_revoked",
    ]
    missing = "--  JSON Web Tokens: djangorestframework-simplejwt is not installed"
    printed = [f"ok  {step}" for step in jwt_steps] if JWT in KINDS else [missing]
    assert set(printed) <= set(checked.stdout.splitlines())
    is_replay_rejected = (
        "ok  call with the new access token of that session: 401 token_revoked" in checked.stdout
    )
    assert is_replay_rejected == (OAUTH in KINDS)
    is_schema_read = "ok  the schema has the logout endpoint" in checked.stdout
    assert is_schema_read == swagger.IS_INSTALLED
    rejected = re.findall(
        r"^ok  the gateway rejects it by (.+), .* 401 token_revoked$", checked.stdout, re.M
    )
    assert rejected == (["the event feed", "the status list"] if CAN_BE_VERIFIED else [])
    steps = checked.stdout.count("ok  ")
    assert f"{steps} steps, all as expected." in checked.stdout


def test_check_stops_at_the_first_unexpected_result(check_demo):
    checked = check_demo(DJANGO_SETTINGS_MODULE="tests.example_project.without_checks")
    assert checked.returncode == 1
    assert "FAILED  call again: 401, expected 401 token_revoked" in checked.stderr
    assert "log in again" not in checked.stdout


def test_output_of_a_failed_server_is_shown(check_demo):
    checked = check_demo(DJANGO_SETTINGS_MODULE="tests.example_project.without_database")
    assert checked.returncode == 1
    assert "unable to open database file" in checked.stderr


def test_printed_commands_work(demo):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    _, printed = demo
    wait_until_served(printed)
    lines = printed_commands(printed)
    again = lines[0]
    script = "\n".join([*lines[:4], again, *lines[4:]])
    pasted = subprocess.run(["bash", "-ec", script], capture_output=True, text=True, check=False)
    assert pasted.returncode == 0, pasted.stderr
    statuses = re.findall(r"HTTP/1\.[01] (\d+)", pasted.stdout)
    of_session = ["200", "204", "401"] if JWT in KINDS else []
    at_gateway = ["200", "200", "204", "401", "401"] if CAN_BE_VERIFIED else []
    at_server = ["200", "204", "401", "200", "204", "200", *of_session]
    assert statuses[: len(at_server)] == at_server
    # The gateway answers 503 until it has read the feed, and curl retries.
    assert list(dropwhile(lambda status: status == "503", statuses[len(at_server) :])) == at_gateway


def test_accounts_and_admin_page_are_printed(demo):
    _, printed = demo
    assert f"alice and bob and the administrator admin have the password {PASSWORD}" in printed
    assert "/admin/authtoken/tokenproxy/" in printed
    assert "/account/sessions/" in printed
    assert f"/#password={PASSWORD}" in printed


@pytest.mark.skipif(JWT in KINDS, reason="simplejwt is installed")
def test_missing_kind_is_reported(demo):
    _, printed = demo
    assert "JSON Web Tokens are not available: djangorestframework-simplejwt" in printed


def test_extra_contains_the_extra_of_sessions():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert set(extras["sessions"]) <= set(extras["demo"])


def test_interrupt_exits_without_traceback(demo):
    process, _ = demo
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest


def test_each_start_has_a_new_password(start):
    def password():
        process = start("demo", f"--port={free_port()}")
        line = next(line for line in process.stdout if "have the password" in line)
        process.terminate()
        return line.split()[-1]

    assert password() != password()


def test_taken_port_is_reported(manage):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = manage("demo", f"--port={port}")
    assert process.returncode == 1
    assert f"Port {port} is taken. Choose another with --port." in process.stderr


@pytest.mark.parametrize(
    "command",
    [["check", "--fail-level=WARNING"], ["makemigrations", "--check", "--dry-run"]],
    ids=["check", "makemigrations"],
)
def test_checks_and_migrations_are_clean(manage, command):
    assert manage(*command).returncode == 0
