"""The tokens of knox in the admin, without the page that prints a new token."""

from __future__ import annotations

from token_revocation.admin.tokens import TokenListAdmin


class TokenAdmin(TokenListAdmin):
    """As every list of tokens, and when each expires."""

    list_display = (*TokenListAdmin.list_display, "expiry")
