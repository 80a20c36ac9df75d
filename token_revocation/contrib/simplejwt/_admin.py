"""The admin of simplejwt's outstanding tokens, without the tokens themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework_simplejwt.token_blacklist import admin

from token_revocation.admin.secret_lookups import SecretLookupsAdmin


class OutstandingTokenAdmin(SecretLookupsAdmin, admin.OutstandingTokenAdmin):
    """simplejwt's ``OutstandingTokenAdmin`` without the field ``token``."""

    exclude = ("token",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name != "token"]
