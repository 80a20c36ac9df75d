"""Revocation of the request's token when other code logs the user out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out

from token_revocation import services
from token_revocation.authentication import token_of
from token_revocation.models import Reason


def connect() -> None:
    """Connect to the signal of ``django.contrib.auth.logout()``."""
    user_logged_out.connect(revoke_token_of_request)


def revoke_token_of_request(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Revoke the token that authenticated ``request``, if any, and its session."""
    token = token_of(request)
    if token is not None:
        services.log_out(token, reason=Reason.LOGOUT, revoked_by=user)
