"""Signals about accepted and rejected requests."""

from __future__ import annotations

import logging
from typing import Any

from django.db import Error
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from token_revocation._authentication_attempts import authentication_state, get_originating_request
from token_revocation._error_reports import protect_reports
from token_revocation.exceptions import RevocationUnavailable, TokenRejected, TokenRevoked
from token_revocation.signals import revoked_token_used, token_checked

logger = logging.getLogger("token_revocation")


def send_failure(authenticator: Any, error: Exception, request: Request, *, is_final: bool) -> None:
    """Send the signals for ``error``; for one of a database, raise a 503.

    Raises:
        RevocationUnavailable: The error is one of a database.
    """
    is_database = isinstance(error, Error)
    if not isinstance(error, AuthenticationFailed):
        protect_reports(getattr(request, "_request", request))
    if is_database:
        # Without its message, as a database may quote the token in it.
        logger.error("The database query for a token failed: %s", type(error).__name__)
    elif isinstance(error, APIException):
        _report_rejection(authenticator, error, request)
    else:
        return
    if is_final:
        code = getattr(error, "default_code", RevocationUnavailable.default_code)
        send_checked(authenticator, code, request)
    if is_database:
        raise RevocationUnavailable from None


def send_checked(authenticator: Any, answer: str, request: Request, *outcome: Any) -> None:
    """Send ``token_checked``; ``outcome`` is authenticator, user and token."""
    if token_checked.receivers and get_originating_request() is None:
        with authentication_state(request, *outcome):
            token_checked.send_robust(type(authenticator), answer=answer, request=request)


def _report_rejection(authenticator: Any, error: APIException, request: Request) -> None:
    """Set the challenge of ``error`` and send ``revoked_token_used``, each once."""
    if not isinstance(error, TokenRejected) or error.is_reported:
        return
    error.is_reported = True
    error.set_challenge(authenticator.authenticate_header(request))
    if isinstance(error, TokenRevoked) and error.token:
        by = get_originating_request() or request
        with authentication_state(request):
            revoked_token_used.send_robust(type(authenticator), token=error.token, request=by)
