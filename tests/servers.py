"""What some tests need beyond Python. Without it they skip; under ``CI=true`` they fail instead."""

from __future__ import annotations

import os
import socket

import pytest


def give_up(reason):
    """End the test: nothing here can be shown without what is missing."""
    end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    end(reason)


def need_server(name, host, port):
    """Go on only if something listens there."""
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, int(port))):
            give_up(f"{name} does not listen at {host}:{port}.")
