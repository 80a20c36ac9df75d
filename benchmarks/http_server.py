"""Requests per second: ``wrk`` against gunicorn, one site for each contestant."""

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
"""The path of the load generator, or ``None``."""


def rates(contestants: Sequence[Contestant], *, seconds: int) -> Rates:
    """Return the requests per second, by name and round."""
    dice, found = random.Random(1), {contestant.name: [] for contestant in contestants}
    with ExitStack() as stack:
        loads = {}
        for (
            contestant
        ) in contestants:  # One after the other, as the workers load the project first.
            loads[contestant.name] = stack.enter_context(site(contestant))
            warm_up(*loads[contestant.name])
        for _ in range(ROUNDS):
            for name in dice.sample(list(loads), len(loads)):
                found[name].append([requests_per_second(*loads[name], seconds=seconds)])
    return found


@contextmanager
def site(contestant: Contestant) -> Iterator[tuple[int, Path]]:
    """Serve one contestant; yield its port and the script with the clients' headers."""
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
    """Wait for a response: gunicorn listens before its workers are ready."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            urlopen(f"http://127.0.0.1:{port}/", timeout=60).close()
        except HTTPError as error:
            return error.close()
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("A site did not start.")


def warm_up(port: int, script: Path) -> None:
    """Wait until all workers answer: one that still loads accepts connections."""
    for _ in range(30):
        with suppress(NoAnswer):
            requests_per_second(port, script, seconds=1)
            return
    raise NoAnswer(port)


class NoAnswer(Exception):
    """Not one."""


def requests_per_second(port: int, script: Path, *, seconds: int) -> float:
    """Return the rate that ``wrk`` counts; every answer must be a 2xx."""
    url = f"http://127.0.0.1:{port}/"
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    result = subprocess.run([LOAD, *options, url], check=True, capture_output=True, text=True)
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", result.stdout)
    if "Non-2xx" in result.stdout:
        raise RuntimeError(result.stdout)
    if not float(rate):
        raise NoAnswer(result.stdout)
    return float(rate)
