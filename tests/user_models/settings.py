"""The settings of the tests with another user model, ``USER_MODEL`` of the environment."""

from __future__ import annotations

import os

from tests import settings as ours
from tests.settings import *  # noqa: F403 (As Django's documentation has it.)

AUTH_USER_MODEL = f"user_models.{os.environ['USER_MODEL']}"
INSTALLED_APPS = [*ours.INSTALLED_APPS, "tests.user_models"]
