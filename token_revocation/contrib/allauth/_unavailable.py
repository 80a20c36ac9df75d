"""Responses of allauth's views for a rejected login, and if the database fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.response import APIResponse
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from token_revocation._error_reports import suppress_report
from token_revocation.exceptions import RevocationError, RevocationUnavailable


class UnavailableResponse(RevocationUnavailable, ImmediateHttpResponse):  # type: ignore[misc]
    """The 503 response of views of Django REST framework and of allauth."""

    def __init__(self) -> None:
        super().__init__()
        self.response = _build_response()


@contextmanager
def respond_if_unavailable() -> Iterator[None]:
    """Raise :class:`UnavailableResponse` if the database fails in this block."""
    try:
        yield
    except RevocationUnavailable as error:
        raise UnavailableResponse from error


def build_rejection(request: HttpRequest, error: RevocationError) -> HttpResponseBase:
    """Return a response of allauth with the code and the message of ``error``."""
    # allauth replaces a response of another class by its own.
    errors = [{"code": error.default_code, "message": str(error.detail)}]
    response: HttpResponseBase = APIResponse(request, errors=errors, status=error.status_code)
    return response


def _build_response() -> HttpResponseBase:
    status = RevocationUnavailable.status_code
    headers = {"Retry-After": str(RevocationUnavailable.wait), "Cache-Control": "no-store"}
    return suppress_report(JsonResponse({"status": status}, status=status, headers=headers))
