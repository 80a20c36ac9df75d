"""The admin of knox's tokens, without the form that displays a new token."""

from __future__ import annotations

from token_revocation.admin._token_admins import TokenListAdmin


class TokenAdmin(TokenListAdmin):
    """The list of tokens with the column ``expiry``."""

    list_display = (*TokenListAdmin.list_display, "expiry")
