"""Endpoints of OAuth 2.0 and OpenID Connect specifications, one module each.

A project gets an endpoint only by including its URLs.
"""

from __future__ import annotations
