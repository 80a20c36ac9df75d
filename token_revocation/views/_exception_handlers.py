"""Error responses that are complete with any ``EXCEPTION_HANDLER`` of a project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.views import exception_handler

from token_revocation.exceptions import ProtocolError

RETRYABLE_STATUSES = (status.HTTP_429_TOO_MANY_REQUESTS, status.HTTP_503_SERVICE_UNAVAILABLE)

Handler = Callable[[Exception, Any], Any]


def make_handler(project_handler: Handler) -> Handler:
    """Return a handler that calls ``project_handler`` and always returns a response.

    Errors whose body a specification defines bypass it.
    """
    return partial(_handle, project_handler)


def _handle(project_handler: Handler, exc: Exception, context: Any) -> Any:
    if isinstance(exc, ProtocolError):
        return exception_handler(exc, context)
    result = project_handler(exc, context)
    if isinstance(result, HttpResponseBase):
        return result
    response = exception_handler(exc, context)
    if response is not None and result is not None:
        response.data = result
    return response


def add_missing(response: Any, error: Exception, code: object) -> None:
    """Add ``code``, ``WWW-Authenticate`` and ``Retry-After`` where they are missing."""
    data = getattr(response, "data", None)
    # Validation errors of fields have several codes, in a list or a dictionary.
    if isinstance(code, str) and isinstance(data, dict) and "detail" in data:
        data.setdefault("code", code)
    challenge, wait = getattr(error, "auth_header", None), getattr(error, "wait", None)
    if challenge and response.status_code == status.HTTP_401_UNAUTHORIZED:
        response.headers.setdefault("WWW-Authenticate", challenge)
    if wait and response.status_code in RETRYABLE_STATUSES:
        response.headers.setdefault("Retry-After", f"{wait:.0f}")
