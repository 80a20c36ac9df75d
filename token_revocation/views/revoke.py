"""End the token in the body."""

from __future__ import annotations

from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.credentials import parameter
from token_revocation.exceptions import InvalidRequest
from token_revocation.models import Reason
from token_revocation.views.base import RevocationAPIView


class RawTokenView(RevocationAPIView):
    """Takes a token in its body and nowhere else, as RFC 7009 and RFC 7662 have it in section 2.1."""

    parser_classes = (FormParser, JSONParser)

    def raw_token(self, request: Request) -> str:
        """The parameter ``token``. Raises :class:`InvalidRequest`."""
        if "token" in request.query_params:
            raise InvalidRequest("The token belongs in the body, not in the URL.")
        raw = parameter(request.data, "token")
        if not raw:
            raise InvalidRequest("The parameter token is missing.")
        return raw

    def answerable(self, exc: Exception) -> Exception:
        exc = super().answerable(exc)
        is_malformed = isinstance(exc, ParseError)
        return InvalidRequest("The body could not be parsed.") if is_malformed else exc


class RevokeView(RawTokenView):
    """RFC 7009. Who holds a token may end it; what is not a token of ours is no error."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        raw = self.raw_token(request)
        token = services.read(raw, hint=parameter(request.data, "token_type_hint"))
        if token is not None:
            services.log_out(token, reason=Reason.REVOKED)
        return Response(status=status.HTTP_200_OK)
