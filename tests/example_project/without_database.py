"""Settings of the example project with an unusable database."""

from __future__ import annotations

from example_project.settings import *  # noqa: F403

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/there/is/no/such/folder.sqlite3"}
}
