"""The address of the demonstration, which is also the issuer of its tokens."""

from __future__ import annotations

import os

HOST = "127.0.0.1"
PORT = int(os.environ.get("EXAMPLE_PORT", "8000"))
GATEWAY_PORT = int(os.environ.get("EXAMPLE_GATEWAY_PORT", PORT + 1))
ORIGIN = f"http://{HOST}:{PORT}"
