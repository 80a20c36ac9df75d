"""Swagger UI for the OpenAPI schema of the demonstration, with local files."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

APPS = ["drf_spectacular", "drf_spectacular_sidecar"]

IS_INSTALLED = all(map(find_spec, APPS))
"""Whether drf-spectacular and its sidecar are installed (extra ``demo``)."""

SETTINGS: dict[str, Any] = {
    "TITLE": "token_revocation demonstration",
    "DESCRIPTION": "Log in, authorize with the token, call the API, and log out.",
    "VERSION": "1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "token_revocation.contrib.drf_spectacular.hooks.add_rejection_responses",
    ],
    "SERVE_AUTHENTICATION": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
