"""The gate for JWTs."""

from __future__ import annotations

from copy import copy
from typing import Any, cast

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import (
    JWTAuthentication,
    JWTStatelessUserAuthentication,
)
from rest_framework_simplejwt.exceptions import AuthenticationFailed

from token_revocation.authentication import RevocationMixin
from token_revocation.contrib.simplejwt.adapter import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.subjects import (
    claim_is_primary_key,
    remember_user,
    user_pk,
)


class _JWTMixin(RevocationMixin):
    adapter = SimpleJWTAdapter()

    def presented(self, request: Request) -> str:
        """What stands in the header that ``AUTH_HEADER_NAME`` of simplejwt names."""
        authentication = cast("JWTAuthentication", self)
        header = authentication.get_header(request)
        try:
            raw = authentication.get_raw_token(header) if header else None
        except AuthenticationFailed:
            return ""
        return raw.decode("latin-1") if raw else ""


class RevocableJWTAuthentication(_JWTMixin, JWTAuthentication):
    """simplejwt's ``JWTAuthentication``, and a token that was ended stays ended."""

    def get_user(self, validated_token: Any) -> Any:
        """As in simplejwt, which asks the user model by a query that is built but once."""
        from token_revocation.contrib.simplejwt.users import Users  # Models load after classes.

        asking: Any = copy(self)
        asking.user_model = Users(self.user_model)
        return super(RevocableJWTAuthentication, asking).get_user(validated_token)

    def refuse_if_ended(self, request: Request, user: Any, token: Any) -> None:
        remember_user(token, user.pk)
        super().refuse_if_ended(request, user, token)


class RevocableJWTStatelessUserAuthentication(_JWTMixin, JWTStatelessUserAuthentication):
    """simplejwt's ``JWTStatelessUserAuthentication``, and a token that was ended stays ended.

    The user has no row, so nobody sees whether the account is active: deactivating it must cut
    the user off. Where ``USER_ID_FIELD`` is not the primary key, one query finds that out.
    """

    def refuse_if_ended(self, request: Request, user: Any, token: Any) -> None:
        if not claim_is_primary_key():
            user.pk = user_pk(token)
            remember_user(token, user.pk)
        super().refuse_if_ended(request, user, token)
