"""OAuth Toolkit's views with a check of revocations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.http import HttpResponse, JsonResponse
from oauth2_provider.views import DeviceConfirmView, IntrospectTokenView, TokenView
from oauth2_provider.views.dynamic_client_registration import (
    DynamicClientRegistrationManagementView,
)

from token_revocation import services
from token_revocation._session_lifetime import has_session_ended
from token_revocation.contrib.oauth2_provider import _device_codes, _storage
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.exceptions import AccountChanged
from token_revocation.stores import get_store


class RevocableIntrospectTokenView(IntrospectTokenView):  # type: ignore[misc]
    """Introspection that reports a revoked token as inactive (RFC 7662, section 2.2)."""

    @staticmethod
    def get_token_response(token_value: str | None = None) -> Any:
        if token_value and _is_revoked(token_value):
            return JsonResponse({"active": False})
        return IntrospectTokenView.get_token_response(token_value)


class RevocableClientManagementView(DynamicClientRegistrationManagementView):  # type: ignore[misc]
    """Client management that rejects revoked registration tokens (RFC 7592, 3)."""

    def _authenticate_registration_request(self, request: Any, client_id: str) -> Any:
        found = super()._authenticate_registration_request(request, client_id)
        if isinstance(found, HttpResponse) or not _is_revoked(found.presented_token):
            return found
        return JsonResponse({"error": "invalid_token"}, status=401)


class RevocableTokenView(TokenView):  # type: ignore[misc]
    """Token endpoint that rejects polls without a device code (RFC 8628, 3.5)."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        is_poll = request.POST.get("grant_type") == _device_codes.GRANT_TYPE
        if is_poll and not request.POST.get("device_code"):
            return JsonResponse({"error": "invalid_request"}, status=400)
        return super().post(request, *args, **kwargs)


class RevocableDeviceConfirmView(DeviceConfirmView):  # type: ignore[misc]
    """Device approval that is denied if the account has changed since authentication."""

    def form_valid(self, form: Any) -> Any:
        try:
            alias = router.db_for_write(get_user_model())
            with transaction.atomic(using=alias), services.lock_user(self.request.user):
                return super().form_valid(form)
        except AccountChanged:
            raise PermissionDenied from None


def _is_revoked(raw: str) -> bool:
    rows = _storage.access_tokens().filter(token_checksum=_storage.checksum(raw))
    token = rows.first()
    if token is None:
        return False
    if not getattr(token.user, "is_active", True):
        return True
    ref = OAuth2ProviderAdapter().identify(token)
    return has_session_ended(ref) or get_store().is_revoked(ref)
