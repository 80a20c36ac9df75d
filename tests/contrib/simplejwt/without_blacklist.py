"""The settings of the tests where nobody keeps outstanding tokens."""

from __future__ import annotations

from tests import settings as ours
from tests.settings import *  # noqa: F403 (As Django's documentation has it.)

BLACKLIST = "rest_framework_simplejwt.token_blacklist"

INSTALLED_APPS = [app for app in ours.INSTALLED_APPS if app != BLACKLIST]
