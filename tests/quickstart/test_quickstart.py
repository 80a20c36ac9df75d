"""Each section of the quickstart, run in a new project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest

from tests.quickstart.page import sections
from tests.requirements import skip_or_fail

PACKAGES = {
    "Tokens of Django REST framework": "rest_framework",
    "JSON Web Tokens": "rest_framework_simplejwt",
    "knox": "knox",
    "OAuth Toolkit": "oauth2_provider",
}


def test_each_kind_has_a_section():
    assert sections().keys() == PACKAGES.keys()


@pytest.mark.parametrize("title", PACKAGES)
def test_quickstart_leads_to_a_rejected_token(title, tmp_path):
    pytest.importorskip(PACKAGES[title])
    if not shutil.which("curl"):
        skip_or_fail("curl is not installed.")
    section = sections()[title]
    start, *commands, serve = section.commands
    run(start, tmp_path)
    for name, code in section.files:
        with (tmp_path / name).open("a") as file:
            file.write(f"\n\n{code}")
    for command in commands:
        run(command, tmp_path)
    with serving(serve, tmp_path) as port:
        variables = {}
        for request in section.requests:
            send(request, variables, tmp_path, port)


def environment(**variables):
    folder = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**kept, "PATH": f"{folder}{os.pathsep}{kept['PATH']}", "PYTHONPATH": "", **variables}


def run(command, folder, **variables):
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@contextmanager
def serving(command, folder):
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command} --noreload 127.0.0.1:{port}"],
            cwd=folder,
            env=environment(),
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(port, folder / "log")
            yield port
        finally:
            server.terminate()
            server.wait(30)


def wait_for(port, log):
    for _ in range(300):
        with socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    pytest.fail(log.read_text())


def send(request, variables, folder, port):
    """Run the command and compare the response with the expected one."""
    here = request.command.replace("localhost:8000", f"127.0.0.1:{port}")
    printed = run(f"{here} --silent --write-out '\\n%{{http_code}}'", folder, **variables)
    body, _, status = printed.rpartition("\n")
    assert status == request.status, (request.command, printed)
    response = json.loads(body) if body else {}
    assert not request.code or response["code"] == request.code
    variables.update({name: response[member] for name, member in request.variables.items()})
