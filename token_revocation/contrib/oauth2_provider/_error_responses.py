"""OAuth error responses for database failures in OAuth Toolkit's endpoints."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DataError, Error
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from rest_framework.views import set_rollback

from token_revocation._error_reports import protect_view
from token_revocation.exceptions import RevocationUnavailable

logger = logging.getLogger("token_revocation")

View = Callable[..., HttpResponseBase]


def handle_database_errors(view: View) -> View:
    """Decorate ``view`` to respond with 503 if a database fails.

    The error is ``temporarily_unavailable``, whether clients, tokens or revocations could not be
    read or written. Input that the database cannot store is 400 ``invalid_request``. With
    ``ATOMIC_REQUESTS`` the transaction is rolled back.
    """

    @protect_view
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DataError:
            return _error_response("invalid_request", 400)
        except RevocationUnavailable:
            pass  # The store has logged the error.
        except Error as error:
            # Without the message, as a database may quote the token in it.
            logger.error("OAuth token database failed: %s", type(error).__name__)
        return _error_response("temporarily_unavailable", RevocationUnavailable.status_code)

    return wrapper


def _error_response(error: str, status: int) -> HttpResponseBase:
    """Return the error response of RFC 6749, section 5.2."""
    set_rollback()
    response = JsonResponse({"error": error}, status=status, headers={"Cache-Control": "no-store"})
    if status == RevocationUnavailable.status_code:
        response["Retry-After"] = str(RevocationUnavailable.wait)
    return response
