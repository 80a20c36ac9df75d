"""OAuth 2.0 Token Revocation (RFC 7009) for clients, which end what was issued to them.

The clients are those of OAuth Toolkit, and authenticate as they do there::

    path("revoke/", include("token_revocation.standards.rfc7009"))

Whoever holds a token may end it at ``revoke/`` of :mod:`token_revocation.urls`.
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
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.credentials import parameter
from token_revocation.exceptions import InvalidRequest, RevocationUnavailable
from token_revocation.models import Reason
from token_revocation.tokens import Subject
from token_revocation.views import RawTokenView

logger = logging.getLogger("token_revocation")


class InvalidClient(APIException):
    """Not a client of ours, or not proven to be (RFC 6749, section 5.2). 401."""

    status_code = status.HTTP_401_UNAUTHORIZED
    auth_header = 'Basic realm="api"'

    def __init__(self) -> None:
        super().__init__({"error": "invalid_client"})


class ClientRevokeView(RawTokenView):
    """End a token that was issued to the client that asks, and what was issued with it. 200.

    So is the answer to a token of another client, which is as unknown as one that never was.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes: Any = (FormParser,)

    def post(self, request: Request) -> Response:
        client = authenticate(request)
        raw = self.raw_token(request)
        token = services.read(raw, hint=parameter(request.data, "token_type_hint"))
        if token is not None and token.subject("client") == client:
            services.log_out(token, reason=Reason.REVOKED)
        return Response(status=status.HTTP_200_OK)


@sensitive_variables()
def authenticate(request: Request) -> Subject:
    """The client that asks: by HTTP Basic, by its secret in the body, or, a public one, by its id.

    Raises :class:`InvalidClient`, and :class:`InvalidRequest` for a client that does so twice
    (RFC 6749, section 2.3). Reports of errors show no variable from here on.
    """
    scheme, _, basic = request.headers.get("Authorization", "").partition(" ")
    client_id, secret = (parameter(request.data, name) for name in ("client_id", "client_secret"))
    if scheme.lower() != "basic":
        asked = _asked(request, {"client_id": client_id, "client_secret": secret}, {})
    elif secret:
        raise InvalidRequest("A client authenticates in one way.")
    else:
        # An id beside the header must not stand in for one that the header does not have.
        asked = _asked(request, {"client_id": ""}, {"HTTP_AUTHORIZATION": f"Basic {basic}"})
    if not _is_authentic(asked):
        raise InvalidClient
    return Subject.client(asked.client.client_id)


def _asked(request: Request, body: dict[str, str], headers: dict[str, str]) -> ClientRequest:
    """What OAuth Toolkit is to know of ``request``: no token, and nothing of the URL's query."""
    return ClientRequest(request.path, request.method, body, headers)


def _is_authentic(asked: ClientRequest) -> bool:
    validator = oauth2_settings.OAUTH2_VALIDATOR_CLASS()
    try:
        # What PostgreSQL cannot store, such as a NUL, it refuses, and with it the transaction.
        with transaction.atomic(using=router.db_for_read(get_application_model())):
            if asked.headers or asked.client_secret:
                return bool(validator.authenticate_client(asked))
            return bool(validator.authenticate_client_id(asked.client_id, asked))
    except (ValueError, DataError):  # ValueError: it does not expect a header that is not ASCII.
        return False
    except Error as error:
        # Without its message, in which a database may quote what the client sent.
        logger.error("The database of the clients failed: %s", type(error).__name__)
        raise RevocationUnavailable from None


urlpatterns = [path("", ClientRevokeView.as_view(), name="client-revoke")]
