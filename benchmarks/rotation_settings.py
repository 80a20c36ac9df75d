"""The settings of ``benchmarks.settings`` with rotation and the app of sessions."""

from __future__ import annotations

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "token_revocation.sessions"]
SIMPLE_JWT = {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True}
TOKEN_REVOCATION = {"ADAPTERS": ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]}
