"""Admin pages and actions that revoke tokens without showing or logging them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.module_loading import autodiscover_modules

from token_revocation.admin._registry import extend_admin_site
from token_revocation.admin.actions import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin.model_admins import RevokedTokenAdmin, TokenCutoffAdmin
from token_revocation.admin.secret_lookups import SecretLookupsAdmin
from token_revocation.admin.user_page import RevocationUserAdmin
from token_revocation.models import RevokedToken, TokenCutoff

__all__ = [
    "RevocationUserAdmin",
    "RevokedTokenAdmin",
    "SecretLookupsAdmin",
    "TokenCutoffAdmin",
    "log_out_everywhere",
    "revoke_selected_tokens",
]

admin.site.register(RevokedToken, RevokedTokenAdmin)
admin.site.register(TokenCutoff, TokenCutoffAdmin)

# Other apps register the model admins that are extended here. Importing all admin modules first
# makes the result independent of the order of INSTALLED_APPS.
autodiscover_modules("admin")
extend_admin_site(admin.site)
