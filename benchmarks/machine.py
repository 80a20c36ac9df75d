"""The machine of the measurement, in general terms."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "django",
    "djangorestframework",
    "django-rest-knox",
    "djangorestframework-simplejwt",
    "django-oauth-toolkit",
    "psycopg",
    "redis",
    "gunicorn",
)


def description() -> dict[str, str]:
    """Return the number of cores, and versions."""
    versions = {name: installed(name) for name in PACKAGES}
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: found for name, found in versions.items() if found},
    }


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
