"""Open the page of the demonstration in a browser."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from threading import Thread

from example_project.demo.server import STARTUP_TIMEOUT_SECONDS, is_free


def open_page(url: str, port: int) -> None:
    """Open ``url`` in a thread as soon as ``port`` accepts connections.

    Do nothing without a screen.
    """
    if has_screen():
        Thread(target=_open, args=(url, port), daemon=True).start()


def has_screen() -> bool:
    """Return whether a browser would open a window.

    A browser in the terminal would hide the output.
    """
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(url: str, port: int) -> None:
    deadline = time.monotonic() + STARTUP_TIMEOUT_SECONDS
    while is_free(port) and time.monotonic() < deadline:
        time.sleep(0.2)
    webbrowser.open(url)
