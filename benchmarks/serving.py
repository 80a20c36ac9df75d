"""Requests per second: each contestant on a site of its own, gunicorn in front, ``wrk`` before it."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.contestants import Contestant
from example_project.demo.server import free_port

ROUNDS = 5
WORKERS = 2
CONNECTIONS = 8

SCRIPT = """
local headers, number = {}, 0
for line in io.lines("%s") do headers[#headers + 1] = line end
request = function()
  number = number %% #headers + 1
  return wrk.format("GET", "/", {["Authorization"] = headers[number]})
end
"""

Rates = dict[str, list[list[float]]]


LOAD = shutil.which("wrk") or ""
"""What makes the load, if it is installed."""


def rates(contestants: Sequence[Contestant], *, seconds: int) -> Rates:
    """Requests per second, by name and round."""
    dice, found = random.Random(1), {contestant.name: [] for contestant in contestants}
    with ExitStack() as stack:
        loads = {}
        for contestant in contestants:  # One after the other: workers load what they serve first.
            loads[contestant.name] = stack.enter_context(site(contestant))
            warm_up(*loads[contestant.name])
        for _ in range(ROUNDS):
            for name in dice.sample(list(loads), len(loads)):
                found[name].append([requests_per_second(*loads[name], seconds=seconds)])
    return found


@contextmanager
def site(contestant: Contestant) -> Iterator[tuple[int, Path]]:
    """The port where it serves, and the script that asks it with the headers of its clients."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi", f"--workers={WORKERS}"]
    options = [f"--bind=127.0.0.1:{port}", "--log-level=error", "--timeout=120"]
    environment = {**os.environ, "BENCH_SERVES": contestant.slug}
    with TemporaryDirectory() as folder:
        headers, script = Path(folder, "headers"), Path(folder, "ask.lua")
        headers.write_text("\n".join(contestant.headers))
        script.write_text(SCRIPT % headers)
        server = subprocess.Popen([*command, *options], env=environment)
        try:
            wait_for(port, server)
            yield port, script
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until it answers: gunicorn listens long before its workers have loaded what they serve."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=60).close()
        except HTTPError as refusal:
            return refusal.close()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("A site did not start.")


def warm_up(port: int, script: Path) -> None:
    """Until all workers answer: one that still loads accepts connections, and lets them wait."""
    for _ in range(30):
        with suppress(NoAnswer):
            requests_per_second(port, script, seconds=1)
            return
    raise NoAnswer(port)


class NoAnswer(Exception):
    """Not one."""


def requests_per_second(port: int, script: Path, *, seconds: int) -> float:
    """As ``wrk`` counts them; every answer must be a 2xx."""
    url = f"http://127.0.0.1:{port}/"
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    ended = subprocess.run([LOAD, *options, url], check=True, capture_output=True, text=True)
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", ended.stdout)
    if "Non-2xx" in ended.stdout:
        raise RuntimeError(ended.stdout)
    if not float(rate):
        raise NoAnswer(ended.stdout)
    return float(rate)
