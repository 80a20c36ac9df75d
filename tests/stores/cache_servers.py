"""Cache servers on free ports, which are stopped with the tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

from example_project.demo.server import free_port
from tests.requirements import skip_or_fail

HOST = "127.0.0.1"

REDIS = ("redis-server", "--bind", HOST, "--save", "", "--appendonly", "no", "--port")
MEMCACHED = ("memcached", "-u", "daemon", "-l", HOST, "-p")


@contextmanager
def running(*command):
    """Start a server with ``command`` and a port; yield its address ``host:port``."""
    if shutil.which(command[0]) is None:
        skip_or_fail(f"{command[0]} is not installed.")
    port = free_port()
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield f"{HOST}:{port}"
        finally:
            process.terminate()


def wait_for(port):
    """Wait until a server listens on ``port``, for at most 10 seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if not probe.connect_ex((HOST, port)):
                return
        time.sleep(0.02)
    raise TimeoutError(f"Nothing listens at {HOST}:{port}.")
