"""Hosts of the project, each a gunicorn with several workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from example_project.demo.server import free_port
from tests.consistency.http import send
from tests.stores.cache_servers import HOST

WORKERS = 2
THREADS = 3

START_TIMEOUT_SECONDS = 180
"""Long enough for a machine under load."""

ROOT = Path(__file__).resolve().parents[2]


class Host:
    """A gunicorn that serves the project with ``environment`` on a fixed port."""

    def __init__(self, name, environment, folder):
        self.port = free_port()
        self._environment = environment
        self._log = folder / f"{name}.log"

    def start(self, clock=0):
        """Start it with a clock that is ``clock`` seconds ahead."""
        command = [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"]
        command += ["--bind", f"{HOST}:{self.port}", "--no-control-socket", "--preload"]
        command += ["--workers", str(WORKERS), "--worker-class", "gthread"]
        command += ["--threads", str(THREADS), "--timeout", "120"]
        environment = {**os.environ, **self._environment, "CONSISTENCY_CLOCK": str(clock)}
        with self._log.open("a") as log:
            self._process = subprocess.Popen(command, stderr=log, cwd=ROOT, env=environment)

    def stop(self):
        """Stop it immediately, without responses to pending requests."""
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def workers(self):
        """Return the process IDs of the workers, once all are running."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            workers = children(self._process.pid)
            if len(workers) == WORKERS:
                return workers
            time.sleep(0.1)
        raise TimeoutError(f"{self._log.name} has not its {WORKERS} workers.")

    def wait_until_ready(self):
        """Wait for a response, and return the ``staleness_bound`` of the store."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            response = send(self.port, "GET", "/bound/")
            if response.is_accepted:
                return response.body
            time.sleep(0.1)
        raise TimeoutError(self._log.read_text()[-2000:])

    def clock_offset(self):
        """Return roughly how many seconds its clock is ahead."""
        return send(self.port, "GET", "/clock/").body - time.time()

    def restart(self, clock=0):
        self.stop()
        self.start(clock)
        self.wait_until_ready()


def children(pid):
    """Return the IDs of the child processes of ``pid``, without zombies."""
    command = ["ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "stat="]
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    processes = [line.split() for line in listed.splitlines()]
    return {own for own, parent, state in processes if parent == str(pid) and state[0] != "Z"}
