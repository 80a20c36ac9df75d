"""A receiver of security event tokens (RFC 8417) by HTTP push (RFC 8935).

It acts on the events of CAEP 1.0 that revoke access. Include it where the transmitter pushes to::

    path("events/", include("token_revocation.standards.event_receiver"))
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.urls import path
from rest_framework import status
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation.models import Reason
from token_revocation.standards import subjects
from token_revocation.standards._replay import run_once
from token_revocation.standards.jose import InvalidJWT, VerifiedJWT, verify
from token_revocation.tokens import MAX_RAW_LENGTH
from token_revocation.views import RevocationAPIView

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED = f"{CAEP}session-revoked"
CREDENTIAL_CHANGE = f"{CAEP}credential-change"

REVOKING_CHANGES = frozenset({"revoke", "update", "delete"})
"""Values of ``change_type`` that revoke tokens; ``create`` does not (CAEP 1.0, section 3.3)."""


class EventTokenParser(BaseParser):
    """Parser of a body that consists of one security event token."""

    media_type = "application/secevent+jwt"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body: bytes = stream.read(MAX_RAW_LENGTH + 1)
        if len(body) > MAX_RAW_LENGTH:
            raise ParseError
        return body.decode("latin-1").strip()


class EventReceiverView(RevocationAPIView):
    """Apply the event at most once and respond with 202, or with 400 and the reason."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (EventTokenParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            token = verify(str(request.data), types=["secevent+jwt"], required=CLAIMS)
            events = _get_events(token)
            run_once(token, lambda: _revoke_for_events(token, events))
        except subjects.SubjectError as error:
            return _error_response(InvalidJWT("invalid_request", str(error)))
        except InvalidJWT as error:
            return _error_response(error)
        return Response(status=status.HTTP_202_ACCEPTED)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, ParseError | UnsupportedMediaType):
            return _error_response(
                InvalidJWT("invalid_request", "The body is not a security event token.")
            )
        return super().handle_exception(exc)


CLAIMS = ("iss", "aud", "iat", "jti", "events")


def _get_events(token: VerifiedJWT) -> Mapping[str, Mapping[str, Any]]:
    """Return the events by type (RFC 8417, section 2.2)."""
    events = token.claims["events"]
    well_formed = isinstance(events, dict) and all(isinstance(e, dict) for e in events.values())
    if not well_formed or not events:
        raise InvalidJWT(
            "invalid_request", "The claim events must be a non-empty object of objects."
        )
    return dict(events)


def _revoke_for_events(token: VerifiedJWT, events: Mapping[str, Mapping[str, Any]]) -> None:
    """Revoke the subject if an event requires it (RFC 8417, section 2)."""
    change = events.get(CREDENTIAL_CHANGE, {}).get("change_type")
    if SESSION_REVOKED not in events and change not in REVOKING_CHANGES:
        return
    with suppress(subjects.Unknown):  # An unknown user has no tokens.
        subjects.revoke(token.claims.get("sub_id"), token.issuer, Reason.ISSUER)


def _error_response(error: InvalidJWT) -> Response:
    """Return the error of RFC 8935, section 2.3."""
    body = {"err": error.err, "description": error.description}
    return Response(body, status.HTTP_400_BAD_REQUEST, headers={"Content-Language": "en"})


urlpatterns = [path("", EventReceiverView.as_view(), name="event-receiver")]
