"""Login view."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as rest_framework_gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from token_revocation import services
from token_revocation._rows import INVALID_VALUE_ERRORS, is_valid_username
from token_revocation.conf import settings
from token_revocation.exceptions import AccountChanged
from token_revocation.serializers import CredentialsSerializer, IssuedTokenSerializer
from token_revocation.throttling import LoginNameThrottle, LoginThrottle
from token_revocation.tokens import IssuedToken
from token_revocation.views.base import RevocationAPIView


class LoginView(RevocationAPIView):
    """Issue a token for the credentials of a user.

    The authentication backends check the credentials, then ``LOGIN_RULES`` may reject the user.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle, LoginNameThrottle)

    @sensitive_variables()
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        serializer = CredentialsSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        credentials: dict[str, str] = dict(serializer.validated_data)
        # Backends that count logins, such as django-axes, need Django's request.
        user = _authenticate(request._request, credentials)
        if user is None:
            raise _invalid_credentials()
        _apply_rules(request._request, user)
        issued = _issue(user, credentials["password"])
        user_logged_in.send(sender=type(user), request=request._request, user=user)
        return Response(IssuedTokenSerializer(issued).data)


@sensitive_variables()
def _authenticate(request: HttpRequest, credentials: dict[str, str]) -> Any:
    try:
        return authenticate(request, **credentials)
    except INVALID_VALUE_ERRORS:
        # ModelBackend looks up any text, such as letters in a field for phone numbers.
        (name,) = (value for key, value in credentials.items() if key != "password")
        if is_valid_username(name):
            raise
        return None


def _apply_rules(request: HttpRequest, user: Any) -> None:
    for path in settings.LOGIN_RULES:
        import_string(path)(request, user)


@sensitive_variables()
def _issue(user: Any, password: str) -> IssuedToken:
    try:
        with services.authenticated_by(password):
            issued = services.issue(user)
    except AccountChanged as error:  # As if the change had happened before the login.
        raise _invalid_credentials() from error
    if issued is None:
        raise NotFound(_("This endpoint does not issue tokens. Use the endpoint that issues them."))
    return issued


def _invalid_credentials() -> ValidationError:
    message = rest_framework_gettext("Unable to log in with provided credentials.")
    return ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [message]}, code="authorization")
