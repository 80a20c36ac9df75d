from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from itertools import dropwhile

import pytest

from example_project import swagger
from example_project.demo.server import free_port
from example_project.kinds import CAN_BE_VERIFIED, JWT, KINDS, OAUTH

PASSWORD = "correct-horse"


@pytest.fixture
def walk(manage):
    """Go the whole way, in a project with these settings."""
    return lambda **environment: manage("demo", "--check", **environment)


@pytest.fixture
def demo(start):
    """A demonstration that serves, and what it printed before it did."""
    beside = {"EXAMPLE_GATEWAY_PORT": str(free_port())}
    process = start("demo", f"--port={free_port()}", EXAMPLE_PASSWORD=PASSWORD, **beside)
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


def lines_to_paste(printed):
    return [line.strip() for line in printed.splitlines() if "curl " in line]


def test_the_walk_keeps_every_promise(walk):
    walked = walk()
    assert walked.returncode == 0, walked.stdout + walked.stderr
    for step in [
        "alice logs in: 200",
        "call the API: 200",
        "log out: 204",
        "call again: 401 token_revoked",
        "log in again gives a new key",
        "log out everywhere: 204",
        "bob calls: 401 token_revoked",
        "call with an expired token: 401 token_expired",
        "purge",
    ]:
        assert f"ok  {step}" in walked.stdout.splitlines()
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
    assert set(printed) <= set(walked.stdout.splitlines())
    ended = "ok  call with what it led to: 401 token_revoked" in walked.stdout
    assert ended == (OAUTH in KINDS)
    read = "ok  the schema has the way to log out" in walked.stdout
    assert read == swagger.IS_INSTALLED
    refused = re.findall(
        r"^ok  the gateway refuses by (.+), .* 401 token_revoked$", walked.stdout, re.M
    )
    assert refused == (["the event feed", "the status list"] if CAN_BE_VERIFIED else [])
    steps = walked.stdout.count("ok  ")
    assert f"{steps} steps, all as promised." in walked.stdout


def test_the_walk_ends_at_the_first_surprise(walk):
    walked = walk(DJANGO_SETTINGS_MODULE="tests.example_project.without_gate")
    assert walked.returncode == 1
    assert "FAILED  call again: 401, expected 401 token_revoked" in walked.stderr
    assert "log in again" not in walked.stdout


def test_the_walk_says_why_its_server_did_not_start(walk):
    walked = walk(DJANGO_SETTINGS_MODULE="tests.example_project.without_database")
    assert walked.returncode == 1
    assert "unable to open database file" in walked.stderr


def test_the_lines_work_when_pasted(demo):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    _, printed = demo
    wait_until_served(printed)
    lines = lines_to_paste(printed)
    again = lines[0]
    script = "\n".join([*lines[:4], again, *lines[4:]])
    pasted = subprocess.run(["bash", "-ec", script], capture_output=True, text=True, check=False)
    assert pasted.returncode == 0, pasted.stderr
    statuses = re.findall(r"HTTP/1\.[01] (\d+)", pasted.stdout)
    of_session = ["200", "204", "401"] if JWT in KINDS else []
    at_gateway = ["200", "200", "204", "401", "401"] if CAN_BE_VERIFIED else []
    ours = ["200", "204", "401", "200", "204", "200", *of_session]
    assert statuses[: len(ours)] == ours
    # Until the gateway has heard of the issuer it says so, and curl tries its first line again.
    assert list(dropwhile(lambda status: status == "503", statuses[len(ours) :])) == at_gateway


def test_it_names_everybody_and_the_admin(demo):
    _, printed = demo
    assert f"alice and bob and the administrator admin have the password {PASSWORD}" in printed
    assert "/admin/authtoken/tokenproxy/" in printed
    assert f"/#password={PASSWORD}" in printed


@pytest.mark.skipif(JWT in KINDS, reason="simplejwt is installed")
def test_it_says_what_is_not_shown(demo):
    _, printed = demo
    assert "JSON Web Tokens are not shown: djangorestframework-simplejwt" in printed


def test_it_ends_quietly_when_interrupted(demo):
    process, _ = demo
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest


def test_a_second_start_gives_another_password(start):
    def password():
        process = start("demo", f"--port={free_port()}")
        line = next(line for line in process.stdout if "have the password" in line)
        process.terminate()
        return line.split()[-1]

    assert password() != password()


def test_a_port_that_is_taken_is_named(manage):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = manage("demo", f"--port={port}")
    assert refused.returncode == 1
    assert f"Port {port} is taken. Choose another with --port." in refused.stderr


@pytest.mark.parametrize(
    "command",
    [["check", "--fail-level=WARNING"], ["makemigrations", "--check", "--dry-run"]],
    ids=["check", "makemigrations"],
)
def test_the_project_is_in_order(manage, command):
    assert manage(*command).returncode == 0
