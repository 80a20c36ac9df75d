"""A logout by other code ends the token of its request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out

from token_revocation import services
from token_revocation.authentication import token_of
from token_revocation.models import Reason


def connect() -> None:
    """Listen to ``django.contrib.auth.logout()``, whoever calls it."""
    user_logged_out.connect(end_token_of_request)


def end_token_of_request(*, request: Any, user: Any, **kwargs: Any) -> None:
    """Log out of the token, and its session, that authenticated ``request``, if one did."""
    token = token_of(request)
    if token is not None:
        services.log_out(token, reason=Reason.LOGOUT, revoked_by=user)
