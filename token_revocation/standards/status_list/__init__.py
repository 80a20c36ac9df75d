"""Token Status List (draft-ietf-oauth-status-list-20): JWTs with a public status."""

from __future__ import annotations

SPECIFICATION = "draft-ietf-oauth-status-list-20"
"""Approved as a Proposed Standard; the number of its RFC is pending."""

TYPE = "statuslist+jwt"
