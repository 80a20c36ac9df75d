"""The demonstration as a separate process, at a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from example_project.address import HOST

ROOT = Path(__file__).resolve().parents[2]
STARTUP_TIMEOUT_SECONDS = 60.0


class ServerError(Exception):
    """The server did not start. The message is what it printed."""


def is_free(port: int) -> bool:
    """Return whether no process listens at ``port``."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def free_port() -> int:
    """Return an unused port, outside of the range for clients."""
    # Not by the seeded generator: tests with the same seed would all ask for the same port.
    ports = SystemRandom().sample(range(20_000, 32_000), 1000)
    return next(port for port in ports if _is_unused(port))


def _is_unused(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind((HOST, port))
        return True
    return False


def manage(*arguments: str, **environment: str) -> list[str]:
    """Run a management command in this environment, and return the printed lines."""
    process = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-m", "django", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return (process.stdout + process.stderr).splitlines()


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[str]:
    """Run a server in this block; yield its origin."""
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "django", "demo"],
            cwd=ROOT,
            env={**os.environ, **environment, "EXAMPLE_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        if not wait_until_listening(process, port):
            raise ServerError(log.read_text())
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_until_listening(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until ``port`` accepts connections; return ``False`` if ``process`` ended."""
    deadline = time.monotonic() + STARTUP_TIMEOUT_SECONDS
    while is_free(port):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
