"""Cache servers of our own, on free ports, that end with the tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

from example_project.demo.server import free_port
from tests.servers import give_up

HOST = "127.0.0.1"

REDIS = ("redis-server", "--bind", HOST, "--save", "", "--appendonly", "no", "--port")
MEMCACHED = ("memcached", "-u", "nobody", "-l", HOST, "-p")


@contextmanager
def running(*command):
    """``host:port`` of the server that ``command`` starts; the port is added to it."""
    if shutil.which(command[0]) is None:
        give_up(f"{command[0]} is not installed.")
    port = free_port()
    with subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield f"{HOST}:{port}"
        finally:
            process.terminate()


def wait_for(port):
    """Until something listens, for ten seconds at most."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if not probe.connect_ex((HOST, port)):
                return
        time.sleep(0.02)
    raise TimeoutError(f"Nothing listens at {HOST}:{port}.")
