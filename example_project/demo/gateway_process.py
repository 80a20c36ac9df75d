"""The gateway as a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from example_project.address import GATEWAY_PORT, HOST, ORIGIN
from example_project.demo.server import ROOT, is_free, wait_until_listening
from example_project.kinds import CAN_BE_VERIFIED


@contextmanager
def gateway(password: str) -> Iterator[str]:
    """Run the gateway in this block; yield its origin, or ``""`` if it cannot run.

    It also stops if this process is killed, because that closes its standard input.
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
        # The commands that are printed next need it.
        yield f"http://{HOST}:{GATEWAY_PORT}" if wait_until_listening(process, GATEWAY_PORT) else ""
    finally:
        process.terminate()
        process.wait()
