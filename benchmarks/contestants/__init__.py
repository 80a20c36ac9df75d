"""The contestants: a module for each package, and one for this package."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from benchmarks.contestants.base import BASELINE, Contestant

__all__ = ["BASELINE", "Contestant", "contestants"]

MODULES = {
    "drf": "rest_framework",
    "handwritten": "rest_framework",
    "knox_tokens": "knox",
    "jwt": "rest_framework_simplejwt",
    "oauth": "oauth2_provider",
    "revocable": "token_revocation",
    "browser": "token_revocation",
}


def contestants() -> list[Contestant]:
    """Return the contestants whose packages are installed, the baseline DRF first."""
    installed = [name for name, package in MODULES.items() if find_spec(package)]
    modules = [import_module(f"benchmarks.contestants.{name}") for name in installed]
    return [contestant for module in modules for contestant in module.CONTESTANTS]
