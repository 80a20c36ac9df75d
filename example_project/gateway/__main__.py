"""Command-line interface: ``python -m example_project.gateway --issuer URL``."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from threading import Thread

MISSING = "The gateway needs PyJWT and cryptography: pip install 'pyjwt[crypto]'"


def main() -> None:
    """Serve until interrupted, or until standard input is closed."""
    try:
        import cryptography  # noqa: F401
        import jwt  # noqa: F401
    except ImportError:
        sys.exit(MISSING)
    from example_project.gateway.server import serve

    parser = ArgumentParser(prog="example_project.gateway", description=__doc__)
    parser.add_argument("--issuer", default="http://127.0.0.1:8000")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--list-seconds", type=float, default=2.0)
    options = parser.parse_args()
    if not sys.stdin.isatty():
        Thread(target=_exit_with_parent, daemon=True).start()
    password = os.environ.get("EXAMPLE_PASSWORD", "")
    serve(options.issuer, options.port, password, cache_seconds=options.list_seconds)


def _exit_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
