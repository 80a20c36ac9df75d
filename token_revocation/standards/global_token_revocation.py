"""Global Token Revocation (draft-parecki-oauth-global-token-revocation), as a receiver.

An identity provider ends every token of one user. Include it where the provider is to call::

    path("global-token-revocation/", include("token_revocation.standards.global_token_revocation"))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation.models import Reason
from token_revocation.standards import subjects
from token_revocation.standards.jose import Refused, Statement, verify
from token_revocation.standards.single_use import do_once
from token_revocation.views import RevocationAPIView

TYPE = "global-token-revocation+jwt"
CLAIMS = ("iss", "aud", "iat", "exp", "jti")

STATUSES: Mapping[type[subjects.SubjectError], int] = {
    subjects.Malformed: status.HTTP_400_BAD_REQUEST,
    subjects.Forbidden: status.HTTP_403_FORBIDDEN,
    subjects.Unknown: status.HTTP_404_NOT_FOUND,
    subjects.Ambiguous: status.HTTP_422_UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True)
class Caller:
    """The identity provider, as ``request.user``."""

    name: str
    is_authenticated: bool = True
    pk: None = None


class IssuerAuthentication(BaseAuthentication):
    """A bearer JWT that a trusted issuer signed for this one request."""

    def authenticate(self, request: Request) -> tuple[Caller, Statement] | None:
        scheme, _space, raw = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            statement = verify(raw.strip(), types=[TYPE], required=CLAIMS)
        except Refused as refused:
            raise AuthenticationFailed(refused.description, code="invalid_token") from None
        return Caller(statement.issuer.issuer), statement

    def authenticate_header(self, request: Request) -> str:
        error = ' error="invalid_token"' if get_authorization_header(request) else ""
        return f"Bearer{error}"


class GlobalTokenRevocationView(RevocationAPIView):
    """End every token of the subject. 204; a subject that is not exactly one user ends nothing."""

    authentication_classes = (IssuerAuthentication,)
    parser_classes = (JSONParser,)

    def post(self, request: Request) -> Response:
        statement = cast(Statement, request.auth)
        try:
            is_first = do_once(statement, partial(_end, request.data, statement))
        except subjects.SubjectError as error:
            return Response({"detail": str(error)}, status=STATUSES[type(error)])
        except Refused as refused:
            raise AuthenticationFailed(refused.description, "invalid_token") from None
        if not is_first:  # It is good for one request.
            raise AuthenticationFailed(_("The token was used before."), "invalid_token")
        return Response(status=status.HTTP_204_NO_CONTENT)


def _end(data: Any, statement: Statement) -> None:
    """End ``sub_id``, or ``subject`` as earlier drafts had it."""
    subject = data.get("sub_id", data.get("subject")) if isinstance(data, dict) else None
    subjects.end(subject, statement.issuer, Reason.ISSUER)


urlpatterns = [path("", GlobalTokenRevocationView.as_view(), name="global-token-revocation")]
