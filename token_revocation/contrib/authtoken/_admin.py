"""The admin of DRF's tokens, without their keys."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from token_revocation.admin._token_admins import TokenListAdmin
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken


class TokenAdmin(TokenListAdmin):
    """The list of tokens, whose checkboxes do not contain keys."""

    def action_checkbox(self, token: Any) -> SafeString:
        # Django labels the checkbox with str(obj), which is the key of a token.
        ref = AuthTokenAdapter().identify(token)
        label: Any = RevokedToken(pk=token.pk, kind=ref.kind, key=ref.key)
        return super().action_checkbox(label)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        # The checkboxes hold primary keys of users, as that of a token is its key.
        data = request.POST.copy()
        selected = queryset.filter(user__in=data.getlist(ACTION_CHECKBOX_NAME))
        data.setlist(ACTION_CHECKBOX_NAME, list(selected.values_list("key", flat=True)))
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset, *args, **kwargs)
