"""Clicks in, one service call each. No page shows, and no log entry keeps, a usable token."""

from __future__ import annotations

from django.contrib import admin
from django.utils.module_loading import autodiscover_modules

from token_revocation.admin.actions import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin.pages import RevokedTokenAdmin, TokenCutoffAdmin
from token_revocation.admin.registry import offer_actions
from token_revocation.admin.user_page import RevocationUserAdmin
from token_revocation.models import RevokedToken, TokenCutoff

__all__ = [
    "RevocationUserAdmin",
    "RevokedTokenAdmin",
    "TokenCutoffAdmin",
    "log_out_everywhere",
    "revoke_selected_tokens",
]

admin.site.register(RevokedToken, RevokedTokenAdmin)
admin.site.register(TokenCutoff, TokenCutoffAdmin)

# The actions belong on pages that other apps register; whatever the order in INSTALLED_APPS,
# after this line they have.
autodiscover_modules("admin")
offer_actions(admin.site)
