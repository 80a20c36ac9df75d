"""The demonstration as a server, for tests that send requests to it."""

from __future__ import annotations

from example_project.demo.server import serving

PASSWORD = "correct-horse"


def serve_demonstration(folder):
    """Serve the demonstration in this block, with its files in ``folder``; yield its origin."""
    return serving(
        folder / "log",
        EXAMPLE_DATABASE=str(folder / "demo.sqlite3"),
        EXAMPLE_PASSWORD=PASSWORD,
        DJANGO_SETTINGS_MODULE="example_project.settings",
    )
