"""Hosts: each is a gunicorn of its own, with several workers."""

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

SLOWEST = 180
"""Seconds until a host answers, on a machine with much else to do."""

ROOT = Path(__file__).resolve().parents[2]


class Host:
    """Serves the project with ``environment``, always on the same port."""

    def __init__(self, name, environment, folder):
        self.port = free_port()
        self._environment = environment
        self._log = folder / f"{name}.log"

    def start(self, clock=0):
        """``clock`` seconds ahead of all others."""
        command = [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()"]
        command += ["--bind", f"{HOST}:{self.port}", "--no-control-socket", "--preload"]
        command += ["--workers", str(WORKERS), "--worker-class", "gthread"]
        command += ["--threads", str(THREADS), "--timeout", "120"]
        environment = {**os.environ, **self._environment, "CONSISTENCY_CLOCK": str(clock)}
        with self._log.open("a") as log:
            self._process = subprocess.Popen(command, stderr=log, cwd=ROOT, env=environment)

    def stop(self):
        """At once: whoever waits for an answer gets none."""
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def workers(self):
        """The processes that answer, once all of them are there."""
        end = time.monotonic() + SLOWEST
        while time.monotonic() < end:
            workers = children(self._process.pid)
            if len(workers) == WORKERS:
                return workers
            time.sleep(0.1)
        raise TimeoutError(f"{self._log.name} has not its {WORKERS} workers.")

    def ready(self):
        """What the store says of its bound, once somebody answers."""
        end = time.monotonic() + SLOWEST
        while time.monotonic() < end:
            answer = send(self.port, "GET", "/bound/")
            if answer.accepted:
                return answer.body
            time.sleep(0.1)
        raise TimeoutError(self._log.read_text()[-2000:])

    def ahead(self):
        """Seconds by which its clock is, about."""
        return send(self.port, "GET", "/clock/").body - time.time()

    def restart(self, clock=0):
        self.stop()
        self.start(clock)
        self.ready()


def children(pid):
    """Of the process ``pid``, but for those that are dead."""
    command = ["ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "stat="]
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    processes = [line.split() for line in listed.splitlines()]
    return {own for own, parent, state in processes if parent == str(pid) and state[0] != "Z"}
