"""A list of the tokens of a package, in the place of pages that spell what clients keep secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation.admin.actions import adapter_of

if TYPE_CHECKING:
    TokenModelAdmin = admin.ModelAdmin[Any]
else:
    TokenModelAdmin = admin.ModelAdmin


class TokenListAdmin(TokenModelAdmin):
    """Whose tokens there are. One is ended by "Revoke selected tokens", and not otherwise.

    It has no pages for one token: their titles, messages and log entries would spell it.
    """

    list_display: tuple[str, ...] = ("fingerprint", "user", "created")
    list_display_links = None
    list_filter = ("created",)
    list_select_related = ("user",)
    search_help_text = _("User name")

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, token: Any) -> str:
        """As in the list of revoked tokens."""
        return adapter_of(self.model).identify(token).fingerprint

    def get_search_fields(self, request: HttpRequest) -> tuple[str]:
        return (f"user__{get_user_model().USERNAME_FIELD}",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)
