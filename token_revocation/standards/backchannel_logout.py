"""OpenID Connect Back-Channel Logout 1.0, as a relying party.

Include it at the ``backchannel_logout_uri`` that is registered with the provider::

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

from token_revocation.credentials import parameter
from token_revocation.exceptions import InvalidRequest
from token_revocation.models import Reason
from token_revocation.standards import subjects
from token_revocation.standards.jose import Refused, Statement, verify
from token_revocation.standards.single_use import do_once
from token_revocation.views import RevocationAPIView

EVENT = "http://schemas.openid.net/event/backchannel-logout"
CLAIMS = ("iss", "aud", "iat", "exp", "jti", "events")

# Section 2.4 recommends logout+jwt; requiring it would refuse what many providers send.
TYPES = ("logout+jwt", "jwt", "")


class BackchannelLogoutView(RevocationAPIView):
    """End the session, or every token of the user, that the logout token names. 200.

    So is the answer if there was nothing to end (section 2.7), and to the same token once more.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FormParser,)

    def post(self, request: Request) -> Response:
        try:
            statement = verify(
                parameter(request.data, "logout_token"), types=TYPES, required=CLAIMS
            )
            identifier = _identifier(statement)
            do_once(statement, lambda: subjects.end(identifier, statement.issuer, Reason.ISSUER))
        except subjects.Unknown:
            return Response(status=status.HTTP_200_OK)
        except (Refused, subjects.SubjectError) as error:
            raise InvalidRequest(str(error)) from None
        return Response(status=status.HTTP_200_OK)


def _identifier(statement: Statement) -> Mapping[str, Any]:
    """The subject, as the other receivers have it. Section 2.6, steps 4 to 7."""
    claims = statement.claims
    sub, sid = claims.get("sub"), claims.get("sid")
    if sub is None and sid is None:
        raise Refused("invalid_request", "Neither sub nor sid is there.")
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Refused("invalid_request", "The event is another.")
    if "nonce" in claims:
        raise Refused("invalid_request", "A logout token has no nonce.")
    if sid is not None:
        return {"format": "complex", "session": {"format": "opaque", "id": sid}}
    return {"format": "iss_sub", "iss": statement.issuer.issuer, "sub": sub}


urlpatterns = [path("", BackchannelLogoutView.as_view(), name="backchannel-logout")]
