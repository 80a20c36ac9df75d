"""Open the page, where there is a screen to open it on."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from threading import Thread

from example_project.demo.server import PATIENCE, is_free


def open_page(url: str, port: int) -> None:
    """As soon as somebody listens at the port; this returns at once."""
    if has_screen():
        Thread(target=_open, args=(url, port), daemon=True).start()


def has_screen() -> bool:
    """Whether a browser would get a window of its own: one in the terminal would be in the way."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(url: str, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while is_free(port) and time.monotonic() < deadline:
        time.sleep(0.2)
    webbrowser.open(url)
