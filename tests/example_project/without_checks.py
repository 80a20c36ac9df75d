"""Settings of the example project without revocation checks."""

from __future__ import annotations

from example_project.settings import *  # noqa: F403

SILENCED_SYSTEM_CHECKS = ["token_revocation.W003", "token_revocation.E052"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
