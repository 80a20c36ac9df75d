"""OAuth Toolkit's introspection, which reads the row alone, and ours in its place."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from oauth2_provider.views import IntrospectTokenView

from token_revocation.contrib.oauth2_provider import stored
from token_revocation.contrib.oauth2_provider.adapter import OAuth2ProviderAdapter
from token_revocation.stores import get_store


class RevocableIntrospectTokenView(IntrospectTokenView):  # type: ignore[misc]
    """As OAuth Toolkit's, and an ended token is not active (RFC 7662, section 2.2)."""

    @staticmethod
    def get_token_response(token_value: str | None = None) -> Any:
        if token_value and _is_ended(token_value):
            return JsonResponse({"active": False})
        return IntrospectTokenView.get_token_response(token_value)


def _is_ended(raw: str) -> bool:
    rows = stored.access_tokens().filter(token_checksum=stored.checksum(raw))
    token = rows.first()
    if token is None:
        return False
    if not getattr(token.user, "is_active", True):
        return True
    return get_store().is_revoked(OAuth2ProviderAdapter().identify(token))
