"""Swagger UI over the OpenAPI schema of the demonstration, served from this machine."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

APPS = ["drf_spectacular", "drf_spectacular_sidecar"]

IS_INSTALLED = all(map(find_spec, APPS))
"""Whether what makes the schema, and the files that show it, are installed (extra ``demo``)."""

SETTINGS: dict[str, Any] = {
    "TITLE": "token_revocation, a demonstration",
    "DESCRIPTION": "Log in, authorize with what you are given, call the API, and log out.",
    "VERSION": "1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "token_revocation.contrib.drf_spectacular.hooks.describe_refusals",
    ],
    "SERVE_AUTHENTICATION": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
