"""Test settings with the user model in the environment variable ``USER_MODEL``."""

from __future__ import annotations

import os

from tests import settings as base
from tests.settings import *  # noqa: F403 (as in Django's documentation)

AUTH_USER_MODEL = f"user_models.{os.environ['USER_MODEL']}"
INSTALLED_APPS = [*base.INSTALLED_APPS, "tests.user_models"]
