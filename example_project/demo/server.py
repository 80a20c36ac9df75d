"""The demonstration as a process of its own, at a free port."""

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
PATIENCE = 60.0
"""Seconds that a server may take to answer."""


class ServerError(Exception):
    """The server did not start; the message is what it printed."""


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def free_port() -> int:
    """A port that nobody uses, of those that no system gives to clients meanwhile."""
    # Not by the usual dice: several tests, each with the same seed, would all ask for one port.
    ports = SystemRandom().sample(range(20_000, 32_000), 1000)
    return next(port for port in ports if _is_unused(port))


def _is_unused(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind((HOST, port))
        return True
    return False


def manage(*arguments: str, **environment: str) -> list[str]:
    """What a management command printed, in a process with this environment."""
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
    """The origin of a server that runs for as long as the block does."""
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
        if not comes_up(process, port):
            raise ServerError(log.read_text())
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait()


def comes_up(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until somebody listens there; whether it came to that before ``process`` ended."""
    deadline = time.monotonic() + PATIENCE
    while is_free(port):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
