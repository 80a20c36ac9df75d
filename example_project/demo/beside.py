"""The gateway, as a process beside the demonstration."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from example_project.address import GATEWAY_PORT, HOST, ORIGIN
from example_project.demo.server import ROOT, comes_up, is_free
from example_project.kinds import CAN_BE_VERIFIED


@contextmanager
def gateway(password: str) -> Iterator[str]:
    """Its origin for as long as the block runs; empty if it cannot be had, or its port is taken.

    It ends with this process, however that ends: its standard input is closed then.
    """
    if not CAN_BE_VERIFIED or not is_free(GATEWAY_PORT):
        yield ""
        return
    process = subprocess.Popen(  # noqa: S603 - our own
        [
            sys.executable,
            "-m",
            "example_project.gateway",
            f"--issuer={ORIGIN}",
            f"--port={GATEWAY_PORT}",
        ],
        cwd=ROOT,
        env={**os.environ, "EXAMPLE_PASSWORD": password},
        stdin=subprocess.PIPE,
    )
    try:
        # Whoever pastes the lines that are printed next shall find it there.
        yield f"http://{HOST}:{GATEWAY_PORT}" if comes_up(process, GATEWAY_PORT) else ""
    finally:
        process.terminate()
        process.wait()
