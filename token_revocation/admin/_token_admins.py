"""Base model admin for stored tokens, which does not show their secret keys."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.admin._changelist import ReadOnlyAdmin
from token_revocation.admin.actions import get_adapter_for
from token_revocation.admin.secret_lookups import SecretLookupsAdmin


class TokenListAdmin(ReadOnlyAdmin, SecretLookupsAdmin):
    """A list of tokens whose only action is "Revoke selected tokens"."""

    # A page for one token would show its key in the title, in messages and in log entries.

    list_display: tuple[str, ...] = ("fingerprint", "user", "created")
    list_display_links = None
    list_filter = ("created",)
    list_select_related = ("user",)
    ordering = ("-created",)  # Django's default is the primary key, which may be a secret.
    search_help_text = _("Username")

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, token: Any) -> str:
        """Return the fingerprint that the list of revoked tokens shows too."""
        return get_adapter_for(self.model).identify(token).fingerprint

    def get_search_fields(self, request: HttpRequest) -> tuple[str]:
        return (f"user__{get_user_model().USERNAME_FIELD}",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)
