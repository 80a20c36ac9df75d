"""Settings of the tests without simplejwt's ``token_blacklist`` app."""

from __future__ import annotations

from tests import settings
from tests.settings import *  # noqa: F403 (Django's documentation extends settings this way.)

BLACKLIST = "rest_framework_simplejwt.token_blacklist"

INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != BLACKLIST]
