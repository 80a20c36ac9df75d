"""What all endpoints have in common."""

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
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.throttling import RevocationThrottle
from token_revocation.tokens import MAX_RAW_LENGTH

logger = logging.getLogger("token_revocation")

Classes = Sequence[type[BasePermission]]

MOST_DIGITS = 18
"""A length with more of them is longer than all limits; to read it would take time, or fail."""


class RevocationAPIView(APIView):
    """Throttled, never cached, and committed before it answers."""

    permission_classes: Classes = (IsAuthenticated,)
    throttle_classes: Sequence[type[BaseThrottle]] = (RevocationThrottle,)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # With ATOMIC_REQUESTS the commit would come after the answer, and fail after a 204.
        view = super().as_view(**initkwargs)
        for alias in connections:
            view = transaction.non_atomic_requests(using=alias)(view)
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Where Django's parser gives such a header up, DRF 3.16 answers with a 500.
        if len(request.headers.get("Accept", "")) > MAX_RAW_LENGTH:
            raise ParseError(_("The Accept header is too long."))
        super().initial(request, *args, **kwargs)
        self.refuse_long_body(request)

    def refuse_long_body(self, request: Request) -> None:
        """400 beyond ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which DRF 3.16 does not ask of a form."""
        most: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = str(request.META.get("CONTENT_LENGTH"))
        if most is not None and length.isdecimal() and _number(length) > most:
            raise ParseError(_("The body is too long, or too deep."))

    def handle_exception(self, exc: Exception) -> Response:
        answered = self.answerable(exc)
        response = super().handle_exception(answered)
        code = answered.get_codes() if isinstance(answered, APIException) else None
        # What is wrong with fields has many codes; a project's own handler may have none.
        if isinstance(code, str) and "detail" in (response.data or ()):
            response.data.setdefault("code", code)
        return response

    def answerable(self, exc: Exception) -> Exception:
        """``exc``, or what it means where Django REST framework has no answer to it."""
        if isinstance(exc, Error):  # Users and permissions come from a database as well.
            logger.exception("A database failed.")
            return RevocationUnavailable()
        if isinstance(exc, SuspiciousOperation | RecursionError):
            return ParseError(_("The body is too long, or too deep."))
        if isinstance(exc, Http404):
            return NotFound()
        return exc

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


def _number(digits: str) -> float:
    return int(digits) if len(digits) <= MOST_DIGITS else inf
