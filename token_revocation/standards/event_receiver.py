"""Security event tokens (RFC 8417), pushed to us (RFC 8935): CAEP 1.0 and the verification event.

Include it at the address that the transmitter is to push to::

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
from token_revocation.standards.jose import Refused, Statement, verify
from token_revocation.standards.single_use import do_once
from token_revocation.tokens import MAX_RAW_LENGTH
from token_revocation.views import RevocationAPIView

CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
SESSION_REVOKED = f"{CAEP}session-revoked"
CREDENTIAL_CHANGE = f"{CAEP}credential-change"

ENDING_CHANGES = frozenset({"revoke", "update", "delete"})
"""A credential that is added ends nothing."""


class EventTokenParser(BaseParser):
    """The body is the token and nothing else."""

    media_type = "application/secevent+jwt"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body: bytes = stream.read(MAX_RAW_LENGTH + 1)
        if len(body) > MAX_RAW_LENGTH:
            raise ParseError
        return body.decode("latin-1").strip()


class EventReceiverView(RevocationAPIView):
    """Do what the event calls for, at most once, and answer 202; 400 says why not."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (EventTokenParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request) -> Response:
        try:
            statement = verify(str(request.data), types=["secevent+jwt"], required=CLAIMS)
            events = _events(statement)
            do_once(statement, lambda: _act(statement, events))
        except subjects.SubjectError as error:
            return _refusal(Refused("invalid_request", str(error)))
        except Refused as refused:
            return _refusal(refused)
        return Response(status=status.HTTP_202_ACCEPTED)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, ParseError | UnsupportedMediaType):
            return _refusal(Refused("invalid_request", "The body is not an event token."))
        return super().handle_exception(exc)


CLAIMS = ("iss", "aud", "iat", "jti", "events")


def _events(statement: Statement) -> Mapping[str, Mapping[str, Any]]:
    """The events by type; RFC 8417, section 2.2."""
    events = statement.claims["events"]
    well_formed = isinstance(events, dict) and all(isinstance(e, dict) for e in events.values())
    if not well_formed or not events:
        raise Refused("invalid_request", "The claim events is not an object of objects.")
    return dict(events)


def _act(statement: Statement, events: Mapping[str, Mapping[str, Any]]) -> None:
    """End what has to be; other events are acknowledged (RFC 8417, section 2)."""
    change = events.get(CREDENTIAL_CHANGE, {}).get("change_type")
    if SESSION_REVOKED not in events and change not in ENDING_CHANGES:
        return
    with suppress(subjects.Unknown):  # Nobody here has anything to end.
        subjects.end(statement.claims.get("sub_id"), statement.issuer, Reason.ISSUER)


def _refusal(refused: Refused) -> Response:
    """RFC 8935, section 2.3."""
    body = {"err": refused.err, "description": refused.description}
    return Response(body, status.HTTP_400_BAD_REQUEST, headers={"Content-Language": "en"})


urlpatterns = [path("", EventReceiverView.as_view(), name="event-receiver")]
