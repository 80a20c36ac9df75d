"""Settings of OAuth Toolkit under the names that its tests call them by."""

from __future__ import annotations

SCOPES = ["read", "write", "scope1", "scope2", "another", "resource1"]
REST_FRAMEWORK_SCOPES = {"SCOPES": {scope: scope for scope in SCOPES}}
