"""The tokens of DRF in the admin, without the keys that the stock pages show."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from token_revocation.admin.tokens import TokenListAdmin
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken


class TokenAdmin(TokenListAdmin):
    """As every list of tokens; here even the label of a box, and its value, would be a key."""

    def action_checkbox(self, token: Any) -> SafeString:
        """The stock box is labelled with ``str()`` of its object, and that of a token is its key."""
        ref = AuthTokenAdapter().identify(token)
        label: Any = RevokedToken(pk=token.pk, kind=ref.kind, key=ref.key)
        return super().action_checkbox(label)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        # The boxes on the page carry the ids of users, as the id of a token is its key.
        data = request.POST.copy()
        chosen = queryset.filter(user__in=data.getlist(ACTION_CHECKBOX_NAME))
        data.setlist(ACTION_CHECKBOX_NAME, list(chosen.values_list("key", flat=True)))
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset, *args, **kwargs)
