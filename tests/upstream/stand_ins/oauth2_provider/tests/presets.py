"""The presets of settings that OAuth Toolkit's tests import."""

from __future__ import annotations

SCOPES = ["read", "write", "scope1", "scope2", "another", "resource1"]
REST_FRAMEWORK_SCOPES = {"SCOPES": {scope: scope for scope in SCOPES}}
