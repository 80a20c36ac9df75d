"""Servers and programs that some tests require beyond Python packages.

Such a test is skipped where they are missing, and fails if ``CI=true``.
"""

from __future__ import annotations

import os
import socket

import pytest


def skip_or_fail(reason):
    """Skip the current test; fail it in continuous integration."""
    stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    stop(reason)


def require_server(name, host, port):
    """Skip or fail the current test unless a server listens on ``port``."""
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, int(port))):
            skip_or_fail(f"{name} does not listen at {host}:{port}.")
