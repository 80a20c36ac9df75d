"""The two actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from token_revocation import services
from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.admin.log import ADDITION, CHANGE, log
from token_revocation.exceptions import NotRevocable, RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services import Cause
from token_revocation.services.transactions import again_if_undone, writing

Action = Callable[[Any, HttpRequest, QuerySet[Any]], Any]


def honest(action: Action) -> Action:
    """All or nothing; the page says which, once it is committed."""

    @again_if_undone
    def end(*args: Any) -> Any:
        with writing(None):
            return action(*args)

    @wraps(action)
    def wrapper(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        try:
            text = end(model_admin, request, queryset)
        except (NotRevocable, RevocationUnavailable) as error:
            model_admin.message_user(request, error.default_detail, messages.ERROR)
        else:
            model_admin.message_user(request, text, messages.SUCCESS)

    return wrapper


@admin.action(description=_("Revoke selected tokens"), permissions=["revoke_tokens"])
@honest
def revoke_selected_tokens(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> str:
    """For the changelist of a model of tokens; its label is in ``admin_models``.

    Whoever ends a token there means the login that it stands for, so its session ends as well.
    """
    adapter = adapter_of(queryset.model)
    tokens = list(adapter.identify_many(list(queryset)))
    cause = Cause(reason=Reason.ADMIN.value, revoked_by=request.user)
    services.revoke_many(tokens, **cause)
    services.log_out_many(tokens, **cause)
    rows = RevokedToken.objects.filter(key__in=[token.key for token in tokens])
    log(request, rows, ADDITION, "Revoked.")
    count = len(tokens)
    return ngettext("%d token was revoked.", "%d tokens were revoked.", count) % count


@admin.action(description=_("Log out everywhere"), permissions=["log_out_users"])
@honest
def log_out_everywhere(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> str:
    """For the changelist of users."""
    users = list(queryset)
    for user in users:
        services.revoke_all(user, reason=Reason.ADMIN, revoked_by=request.user)
    log(request, users, CHANGE, "Logged out everywhere.")
    count = len(users)
    return ngettext("%d user was logged out.", "%d users were logged out.", count) % count


def adapter_of(model: Any) -> TokenAdapter:
    """The adapter in use that names ``model`` in ``admin_models``."""
    label = model._meta.label
    return next(a for a in get_adapters().values() if label in a.admin_models)
