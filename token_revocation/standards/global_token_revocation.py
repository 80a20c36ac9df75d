"""Global Token Revocation receiver (draft-parecki-oauth-global-token-revocation).

An identity provider revokes all tokens of one user. Include it where the provider calls::

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
from token_revocation.standards._replay import run_once
from token_revocation.standards.jose import InvalidJWT, VerifiedJWT, verify
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
    """The identity provider that calls, as ``request.user``."""

    name: str
    is_authenticated: bool = True
    pk: None = None


class IssuerAuthentication(BaseAuthentication):
    """Authentication by a bearer JWT that a trusted issuer signed for one request."""

    def authenticate(self, request: Request) -> tuple[Caller, VerifiedJWT] | None:
        scheme, _space, raw = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            token = verify(raw.strip(), types=[TYPE], required=CLAIMS)
        except InvalidJWT as error:
            raise AuthenticationFailed(error.description, code="invalid_token") from None
        return Caller(token.issuer.issuer), token

    def authenticate_header(self, request: Request) -> str:
        error = ' error="invalid_token"' if get_authorization_header(request) else ""
        return f"Bearer{error}"


class GlobalTokenRevocationView(RevocationAPIView):
    """Revoke all tokens of the subject and respond with 204.

    A subject that does not identify exactly one user revokes nothing.
    """

    authentication_classes = (IssuerAuthentication,)
    parser_classes = (JSONParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        token = cast(VerifiedJWT, request.auth)
        try:
            is_first = run_once(token, partial(_revoke_subject, request.data, token))
        except subjects.SubjectError as error:
            return Response({"detail": str(error)}, status=STATUSES[type(error)])
        except InvalidJWT as error:
            raise AuthenticationFailed(error.description, "invalid_token") from None
        if not is_first:
            raise AuthenticationFailed(_("The token was already used."), "invalid_token")
        return Response(status=status.HTTP_204_NO_CONTENT)


def _revoke_subject(data: Any, token: VerifiedJWT) -> None:
    # Earlier drafts call the member "subject".
    subject = data.get("sub_id", data.get("subject")) if isinstance(data, dict) else None
    subjects.revoke(subject, token.issuer, Reason.ISSUER)


urlpatterns = [path("", GlobalTokenRevocationView.as_view(), name="global-token-revocation")]
