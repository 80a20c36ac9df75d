"""Admin actions: revoke selected tokens, and log selected users out."""

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
from token_revocation.admin._log import ADDITION, CHANGE, log_action
from token_revocation.exceptions import NotRevocable, RevocationUnavailable
from token_revocation.models import Reason, RevokedToken
from token_revocation.services import RevocationDetails
from token_revocation.services._transactions import atomic_write, retry_on_deadlock

Action = Callable[[Any, HttpRequest, QuerySet[Any]], Any]


def atomic_action(action: Action) -> Action:
    """Run an action in one transaction, and show the text it returns after the commit.

    Args:
        action: An admin action that returns its success message.
    """

    @retry_on_deadlock
    def run(*args: Any) -> Any:
        with atomic_write(None):
            return action(*args)

    @wraps(action)
    def wrapper(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        try:
            message = run(model_admin, request, queryset)
        except (NotRevocable, RevocationUnavailable) as error:
            model_admin.message_user(request, error.default_detail, messages.ERROR)
        else:
            model_admin.message_user(request, message, messages.SUCCESS)

    return wrapper


@admin.action(description=_("Revoke selected tokens"), permissions=["revoke_tokens"])
@atomic_action
def revoke_selected_tokens(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> str:
    """Revoke the selected tokens and their sessions.

    Args:
        model_admin: That of a model in ``TokenAdapter.admin_models``.
        request: A request by staff.
        queryset: The selected tokens.
    """
    adapter = get_adapter_for(queryset.model)
    tokens = list(adapter.identify_many(list(queryset)))
    details = RevocationDetails(reason=Reason.ADMIN.value, revoked_by=request.user)
    services.revoke_many(tokens, **details)
    services.log_out_many(tokens, **details)
    rows = RevokedToken.objects.filter(key__in=[token.key for token in tokens])
    log_action(request, rows, ADDITION, "Revoked.")
    count = len(tokens)
    return ngettext("%d token was revoked.", "%d tokens were revoked.", count) % count


@admin.action(description=_("Log out everywhere"), permissions=["log_out_users"])
@atomic_action
def log_out_everywhere(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> str:
    """Revoke all tokens of the selected users.

    Args:
        model_admin: That of the user model.
        request: A request by staff.
        queryset: The selected users.
    """
    users = list(queryset)
    for user in users:
        services.revoke_all(user, reason=Reason.ADMIN, revoked_by=request.user)
    log_action(request, users, CHANGE, "Logged out everywhere.")
    count = len(users)
    return ngettext("%d user was logged out.", "%d users were logged out.", count) % count


def get_adapter_for(model: Any) -> TokenAdapter:
    """Return the adapter in use that names ``model`` in ``admin_models``."""
    label = model._meta.label
    return next(a for a in get_adapters().values() if label in a.admin_models)
