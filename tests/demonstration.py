"""The demonstration, for tests that look at it from outside."""

from __future__ import annotations

from example_project.demo.server import serving

PASSWORD = "correct-horse"


def serving_it(folder):
    """Serve it while the block runs, with its database and log in ``folder``; gives its origin."""
    return serving(
        folder / "log",
        EXAMPLE_DATABASE=str(folder / "demo.sqlite3"),
        EXAMPLE_PASSWORD=PASSWORD,
        DJANGO_SETTINGS_MODULE="example_project.settings",
    )
