"""OAuth 2.0 Token Revocation (RFC 7009) with client authentication.

The clients are those of OAuth Toolkit. Each can revoke the tokens that were issued to it::

    path("revoke/", include("token_revocation.standards.rfc7009"))

The endpoint ``revoke/`` of :mod:`token_revocation.urls` needs no client authentication.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DataError, Error, router, transaction
from django.urls import path
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.models import get_application_model
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request as ClientRequest
from rest_framework import status
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation._request_tokens import parameter
from token_revocation.exceptions import InvalidRequest, ProtocolError, RevocationUnavailable
from token_revocation.models import Reason
from token_revocation.tokens import Subject
from token_revocation.views import RawTokenView

logger = logging.getLogger("token_revocation")


class InvalidClient(ProtocolError):
    """Client authentication failed (RFC 6749, section 5.2). 401."""

    status_code = status.HTTP_401_UNAUTHORIZED
    auth_header = 'Basic realm="api"'

    def __init__(self) -> None:
        super().__init__({"error": "invalid_client"})


class ClientRevokeView(RawTokenView):
    """Revoke a token of the client, and the tokens issued with it.

    The response is 200, also for an unknown token and for a token of another client, which stays
    valid.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes: Any = (FormParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        client = authenticate_client(request)
        raw = self.get_raw_token(request)
        token = services.resolve(raw, hint=parameter(request.data, "token_type_hint"))
        if token is not None and token.subject("client") == client:
            services.log_out(token, reason=Reason.REVOKED)
        return Response(status=status.HTTP_200_OK)


@sensitive_variables()
def authenticate_client(request: Request) -> Subject:
    """Authenticate the client of ``request`` (RFC 6749, section 2.3).

    Credentials come by HTTP Basic or in the body; a public client sends only its id. Error
    reports contain no variables of this function and of those it calls.

    Raises:
        InvalidClient: The client is unknown, or its credentials are wrong.
        InvalidRequest: The request has credentials in the header and in the body.
        RevocationUnavailable: The client could not be read from the database.
    """
    scheme, _, basic = request.headers.get("Authorization", "").partition(" ")
    client_id, secret = (parameter(request.data, name) for name in ("client_id", "client_secret"))
    if scheme.lower() != "basic":
        body, headers = {"client_id": client_id, "client_secret": secret}, {}
    elif secret:
        raise InvalidRequest("Send client credentials in the header or in the body, not in both.")
    else:
        # An id in the body must not replace one that is missing in the header.
        body, headers = {"client_id": ""}, {"HTTP_AUTHORIZATION": f"Basic {basic}"}
    client_request = _client_request(request, body, headers)
    if not _is_authentic(client_request):
        raise InvalidClient
    return Subject.client(client_request.client.client_id)


def _client_request(
    request: Request, body: dict[str, str], headers: dict[str, str]
) -> ClientRequest:
    """Return the request for OAuth Toolkit, without the token and the query string."""
    return ClientRequest(request.path, request.method, body, headers)


def _is_authentic(request: ClientRequest) -> bool:
    validator = oauth2_settings.OAUTH2_VALIDATOR_CLASS()
    try:
        # A savepoint, as PostgreSQL aborts the transaction for text it cannot store, such as NUL.
        with transaction.atomic(using=router.db_for_read(get_application_model())):
            if request.headers or request.client_secret:
                return bool(validator.authenticate_client(request))
            return bool(validator.authenticate_client_id(request.client_id, request))
    except (ValueError, DataError):  # ValueError: the header is not ASCII.
        return False
    except Error as error:
        # Without the message, as a database may quote the client's credentials in it.
        logger.error("OAuth client lookup failed: %s", type(error).__name__)
        raise RevocationUnavailable from None


urlpatterns = [path("", ClientRevokeView.as_view(), name="client-revoke")]
