"""OpenID Connect Back-Channel Logout 1.0, for relying parties.

Include it at the ``backchannel_logout_uri`` that you registered with the provider::

    path("backchannel-logout/", include("token_revocation.standards.backchannel_logout"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import path
from rest_framework import status
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation._request_tokens import parameter
from token_revocation.exceptions import InvalidRequest
from token_revocation.models import Reason
from token_revocation.standards import subjects
from token_revocation.standards._replay import run_once
from token_revocation.standards.jose import InvalidJWT, VerifiedJWT, verify
from token_revocation.views import RevocationAPIView

EVENT = "http://schemas.openid.net/event/backchannel-logout"
CLAIMS = ("iss", "aud", "iat", "exp", "jti", "events")

# Section 2.4 recommends logout+jwt, but many providers send another type or none.
TYPES = ("logout+jwt", "jwt", "")


class BackchannelLogoutView(RevocationAPIView):
    """Revoke the session that a logout token names, or all tokens of its user.

    The response is 200, also if there is no such session or user (section 2.7), and if the same
    token is sent again.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FormParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            token = verify(parameter(request.data, "logout_token"), types=TYPES, required=CLAIMS)
            identifier = _subject_identifier(token)
            run_once(token, lambda: subjects.revoke(identifier, token.issuer, Reason.ISSUER))
        except subjects.Unknown:
            return Response(status=status.HTTP_200_OK)
        except (InvalidJWT, subjects.SubjectError) as error:
            raise InvalidRequest(str(error)) from None
        return Response(status=status.HTTP_200_OK)


def _subject_identifier(token: VerifiedJWT) -> Mapping[str, Any]:
    """Return the subject as in RFC 9493, after steps 4 to 7 of section 2.6."""
    claims = token.claims
    sub, sid = claims.get("sub"), claims.get("sid")
    if sub is None and sid is None:
        raise InvalidJWT("invalid_request", "The token has neither sub nor sid.")
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise InvalidJWT("invalid_request", "The token has no logout event.")
    if "nonce" in claims:
        raise InvalidJWT("invalid_request", "A logout token must not have a nonce.")
    if sid is not None:
        return {"format": "complex", "session": {"format": "opaque", "id": sid}}
    return {"format": "iss_sub", "iss": token.issuer.issuer, "sub": sub}


urlpatterns = [path("", BackchannelLogoutView.as_view(), name="backchannel-logout")]
