"""Django error reports without the data that a client sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.views.debug import SafeExceptionReporterFilter, get_exception_reporter_filter

SHOWN_HEADERS = frozenset(
    f"HTTP_{name}"
    for name in (
        "ACCEPT",
        "ACCEPT_ENCODING",
        "ACCEPT_LANGUAGE",
        "CONNECTION",
        "HOST",
        "ORIGIN",
        "USER_AGENT",
        "X_FORWARDED_FOR",
        "X_FORWARDED_HOST",
        "X_FORWARDED_PROTO",
        "X_REQUEST_ID",
    )
)
"""Headers that are shown. Any other may contain a token, as projects can choose its name."""

URL_KEYS = frozenset({"QUERY_STRING", "REQUEST_URI", "RAW_URI"})

WORDS = re.compile(r"(?:[A-Za-z]{1,15}[ ,.]*)*")
"""The beginning of a message without values. Tokens have digits or are longer than a word."""


class ReportFilter(SafeExceptionReporterFilter):
    """A filter of parameters, cookies, headers and variables, also with ``DEBUG``.

    Settings and the rest of ``META`` are left to the filter of the project.
    """

    def __init__(self, project_filter: SafeExceptionReporterFilter) -> None:
        self.project_filter = project_filter

    def is_active(self, request: HttpRequest | None) -> bool:
        """Return ``True``, as error pages are copied into tickets in development too."""
        return True

    def get_safe_settings(self) -> dict[str, Any]:
        return self.project_filter.get_safe_settings()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta = self.project_filter.get_safe_request_meta(request)
        return {name: self._shown(name, value) for name, value in meta.items()}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return the names of the parameters, without reading a body for the report."""
        return dict.fromkeys(getattr(request, "_post", ()), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]

    def _shown(self, name: str, value: Any) -> Any:
        hidden = name in URL_KEYS or (name.startswith("HTTP_") and name not in SHOWN_HEADERS)
        return self.cleansed_substitute if hidden else value


def protect_reports(request: HttpRequest) -> None:
    """Hide the data of ``request`` in error reports."""
    found: Any = get_exception_reporter_filter(request)
    if not isinstance(found, ReportFilter):
        request.exception_reporter_filter = ReportFilter(found)
    # For custom reporters that ignore the filter of the request.
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]


def hide_query(request: HttpRequest) -> None:
    """Hide the query string of a finished ``request``, as reports show it unfiltered."""
    hidden = QueryDict(mutable=True)
    for name in request.GET:
        hidden[name] = SafeExceptionReporterFilter.cleansed_substitute
    request.GET = hidden  # type: ignore[assignment]
    request.META["QUERY_STRING"] = hidden.urlencode(safe="*")


def protect_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return ``view`` with protected error reports."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        protect_reports(request)
        try:
            response = view(request, *args, **kwargs)
        except Exception:
            hide_query(request)
            raise
        return suppress_report(response)

    return wrapper


def suppress_report(response: HttpResponseBase) -> HttpResponseBase:
    """Return ``response``; mark a 503 as logged, so that Django sends no report."""
    # It has been logged at its cause.
    # https://docs.djangoproject.com/en/stable/ref/logging/#django-request
    if response.status_code == 503:
        response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def describe_error(error: Error) -> str:
    """Return class and message of ``error``, up to the first value it may quote."""
    message = next((arg for arg in error.args if isinstance(arg, str)), "")
    words = WORDS.match(message)
    return f"{type(error).__name__} {words[0] if words else ''}".rstrip()
