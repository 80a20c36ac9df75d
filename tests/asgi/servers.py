"""ASGI servers with the project of these tests, and requests to them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from socket import socket

from tests.subprocess_runner import ROOT

APPLICATION = "tests.asgi.project.asgi:application"

COMMANDS = {
    "uvicorn": ["uvicorn", APPLICATION, "--no-access-log", "--port"],
    "daphne": ["daphne", APPLICATION, "--access-log", os.devnull, "--port"],
}
TIMEOUT_SECONDS = 60


def environment(folder, store):
    return {
        **os.environ,
        "ASGI_FOLDER": str(folder),
        "ASGI_STORE": store,
        "DJANGO_SETTINGS_MODULE": "tests.asgi.project.settings",
    }


def prepare(folder, store):
    """Create the database in ``folder``, and return the tokens in it."""
    command = [sys.executable, "-m", "tests.asgi.project.prepare"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder, store), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@contextmanager
def serving(server, folder, store):
    """Run ``server`` while the block runs; yield its port. It must log no traceback."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *COMMANDS[server], str(port)],
            cwd=ROOT,
            env=environment(folder, store),
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(lambda: process.poll() is not None or is_listening(port), log)
            assert process.poll() is None, log.read_text()
            yield port
        finally:
            process.terminate()
            process.wait(TIMEOUT_SECONDS)
    assert "Traceback" not in log.read_text(), log.read_text()


def is_listening(port):
    with socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


def wait_for(condition, log):
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


async def open_request(port, path, token):
    """Send a request, and return the streams of its connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close")
    writer.write("\r\n".join([*lines, f"Authorization: Token {token}", "", ""]).encode())
    return reader, writer


async def send(port, path, token):
    """Return the head and the body of the response to a request."""
    reader, writer = await open_request(port, path, token)
    try:
        return (await asyncio.wait_for(reader.read(), TIMEOUT_SECONDS)).decode()
    finally:
        writer.close()
        await writer.wait_closed()


async def status_of(port, path, token):
    return int((await send(port, path, token)).split()[1])
