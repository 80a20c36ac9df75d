"""Base class of all API views."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import inf
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error, connections, transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.versioning import NamespaceVersioning
from rest_framework.views import APIView

from token_revocation._error_reports import describe_error, hide_query, protect_view
from token_revocation._observed_uses import serve
from token_revocation._url_parameters import with_resolver_match
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.throttling import RevocationThrottle
from token_revocation.tokens import MAX_RAW_LENGTH
from token_revocation.views._exception_handlers import add_missing, make_handler
from token_revocation.views._parsers import BoundedParser

logger = logging.getLogger("token_revocation")

PermissionClasses = Sequence[type[BasePermission]]

MAX_CONTENT_LENGTH_DIGITS = 18
"""A longer number is above every limit. Parsing it could take long, or fail."""


class RevocationAPIView(APIView):
    """A view that is throttled, is never cached and commits before it responds.

    It answers 503 with ``Retry-After`` if a database fails.
    """

    permission_classes: PermissionClasses = (IsAuthenticated,)
    throttle_classes: Sequence[type[BaseThrottle]] = (RevocationThrottle,)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # With ATOMIC_REQUESTS, the commit would follow the response and could fail after a 204.
        view = super().as_view(**initkwargs)
        for alias in connections:
            view = transaction.non_atomic_requests(using=alias)(view)
        return protect_view(with_resolver_match(view))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with serve(request):
            return super().dispatch(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        # A browser sends its session cookie with every request; a token is sent on purpose. The
        # session first would require a CSRF token of a client that authenticates by a token.
        return sorted(
            super().get_authenticators(), key=lambda each: isinstance(each, SessionAuthentication)
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Django's parser raises an error for a very long header, and DRF 3.16 answers 500.
        if len(request.headers.get("Accept", "")) > MAX_RAW_LENGTH:
            raise ParseError(_("The Accept header is too long."))
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        self.check_body_length(request)  # Before throttles that read the body.
        super().check_throttles(request)

    def check_body_length(self, request: Request) -> None:
        """Reject a body above ``DATA_UPLOAD_MAX_MEMORY_SIZE``.

        DRF 3.16 does not apply this limit to forms.

        Raises:
            ParseError: The body is too long (400).
        """
        limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = str(request.META.get("CONTENT_LENGTH"))
        if limit is not None and length.isdecimal() and _parse_length(length) > limit:
            raise ParseError(_("The request body is too long or too deeply nested."))

    def get_parsers(self) -> list[Any]:
        return [BoundedParser(parser) for parser in super().get_parsers()]

    def determine_version(self, request: Request, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        """Return the version and its scheme, or the default if namespaces name none."""
        try:
            return super().determine_version(request, *args, **kwargs)
        except NotFound:
            scheme: Any = self.versioning_class
            if not issubclass(scheme, NamespaceVersioning):
                raise
            # A project may include our namespace outside of those that name a version.
            return scheme.default_version, scheme()

    def get_exception_handler(self) -> Any:
        return make_handler(super().get_exception_handler())

    def handle_exception(self, exc: Exception) -> Response:
        translated = self.translate_exception(exc)
        if not isinstance(translated, APIException) or translated.status_code >= 500:
            hide_query(self.request._request)  # The project's handler may report the request.
        # Read before the project's handler, which may change the detail.
        codes = translated.get_codes() if isinstance(translated, APIException) else None
        response = super().handle_exception(translated)
        add_missing(response, translated, codes)
        return response

    def translate_exception(self, exc: Exception) -> Exception:
        """Return the exception that DRF can answer.

        Args:
            exc: The exception that the view raised.
        """
        if isinstance(exc, Error):  # Raised by queries of users and permissions, for example.
            logger.error("Database error: %s", describe_error(exc))
            return RevocationUnavailable()
        if isinstance(exc, SuspiciousOperation | RecursionError):
            return ParseError(_("The request body is too long or too deeply nested."))
        if isinstance(exc, Http404):
            return NotFound()
        return exc

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


def _parse_length(digits: str) -> float:
    return int(digits) if len(digits) <= MAX_CONTENT_LENGTH_DIGITS else inf
