"""simplejwt's outstanding tokens in the admin, without the tokens that its own page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework_simplejwt.token_blacklist import admin


class OutstandingTokenAdmin(admin.OutstandingTokenAdmin):
    """As simplejwt's, and nobody can copy a refresh token from it."""

    exclude = ("token",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name != "token"]
