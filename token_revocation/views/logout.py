"""Log out, here or everywhere."""

from __future__ import annotations

from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from token_revocation import services
from token_revocation.authentication import current_token
from token_revocation.credentials import clear_token_cookies, tokens_of
from token_revocation.models import Reason
from token_revocation.serializers import LogoutAllSerializer
from token_revocation.views.base import RevocationAPIView


class LogoutView(RevocationAPIView):
    """End the token of this request and the session it belongs to.

    So it does with a token in ``refresh`` of the body, and in a cookie that ``TOKEN_COOKIES``
    names, which is cleared. Doing it twice, or with a dead token, is harmless.
    """

    permission_classes = (AllowAny,)

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            return  # A dead token logs out like a living one.

    def refuse_long_body(self, request: Request) -> None:
        """Whatever the body holds, the other tokens can be ended."""

    def post(self, request: Request) -> Response:
        by = request.user if request.user.is_authenticated else None
        services.log_out(*tokens_of(request), reason=Reason.LOGOUT, revoked_by=by)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        clear_token_cookies(response)
        return response


class LogoutAllView(RevocationAPIView):
    """End every token of the user, or every other one."""

    def post(self, request: Request) -> Response:
        options = LogoutAllSerializer(data=request.data)
        options.is_valid(raise_exception=True)
        keep = current_token(request) if options.validated_data["keep_current"] else None
        user = request.user
        services.revoke_all(user, keep=keep, reason=Reason.LOGOUT_ALL, revoked_by=user)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        if keep is None:
            clear_token_cookies(response)
        return response
