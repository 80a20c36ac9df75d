"""Token revocation by RFC 7009."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation._request_tokens import parameter
from token_revocation.exceptions import InvalidRequest
from token_revocation.models import Reason
from token_revocation.views.base import RevocationAPIView


class RawTokenView(RevocationAPIView):
    """A view whose body contains a token (RFC 7009 and RFC 7662, section 2.1)."""

    parser_classes = (FormParser, JSONParser)

    def get_raw_token(self, request: Request) -> str:
        """Return the parameter ``token`` of the body.

        Raises:
            InvalidRequest: The parameter is missing, or in the URL.
        """
        if "token" in request.query_params:
            raise InvalidRequest("Send the token in the request body, not in the URL.")
        raw = parameter(request.data, "token")
        if not raw:
            raise InvalidRequest("The parameter token is required.")
        return raw

    def translate_exception(self, exc: Exception) -> Exception:
        exc = super().translate_exception(exc)
        is_malformed = isinstance(exc, ParseError)
        return InvalidRequest("The request body could not be parsed.") if is_malformed else exc


class RevokeView(RawTokenView):
    """Revoke a token and its session (RFC 7009).

    Possession of the token is the only authorization. An unknown token is no error (section 2.2).
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raw = self.get_raw_token(request)
        token = services.resolve(raw, hint=parameter(request.data, "token_type_hint"))
        if token is not None:
            services.log_out(token, reason=Reason.REVOKED)
        return Response(status=status.HTTP_200_OK)
