"""Put the actions on pages that others have registered."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.module_loading import import_string

from token_revocation.adapters import get_adapters
from token_revocation.admin.actions import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin.endings import MAY_CUT_OFF, MAY_REVOKE
from token_revocation.admin.user_page import RevocationUserAdmin


def may_revoke_tokens(request: HttpRequest) -> bool:
    """Who may add a revoked token may revoke tokens."""
    return request.user.has_perm(MAY_REVOKE)


def may_log_out_users(request: HttpRequest) -> bool:
    """Who may add a cutoff may log users out."""
    return request.user.has_perm(MAY_CUT_OFF)


def offer_actions(site: AdminSite) -> None:
    """Add each action to the pages of ``site`` that it belongs on."""
    users = _with_tokens(site, get_user_model()._meta.label)
    _offer(users, log_out_everywhere, "has_log_out_users_permission", may_log_out_users)
    for adapter in get_adapters().values():
        for label, path in adapter.admin_classes.items():
            _stand_in(site, label, path)
        for label in adapter.admin_models:
            page = _page(site, label)
            _offer(page, revoke_selected_tokens, "has_revoke_tokens_permission", may_revoke_tokens)


def _offer(page: Any, action: Any, permission: str, may: Any) -> None:
    if page is not None:
        page.actions = [*(page.actions or ()), action]
        setattr(page, permission, may)


def _stand_in(site: AdminSite, label: str, path: str) -> None:
    """Replace the page of the package itself, but not one that the project wrote."""
    page = _page(site, label)
    if page is not None and _app_of(page) == apps.get_model(label)._meta.app_config.name:
        site.unregister(page.model)
        site.register(page.model, import_string(path))


def _with_tokens(site: AdminSite, label: str) -> Any:
    """The page of ``label``, which from now on lists the tokens of a user."""
    page = _page(site, label)
    if page is not None and not isinstance(page, RevocationUserAdmin):
        base: Any = type(page)
        extended = type(base)(
            base.__name__, (RevocationUserAdmin, base), {"__module__": base.__module__}
        )
        site.unregister(page.model)
        site.register(page.model, extended)
    return _page(site, label)


def _page(site: AdminSite, label: str) -> Any:
    pages = {model._meta.label: page for model, page in site._registry.items()}
    return pages.get(label)


def _app_of(page: Any) -> str:
    return type(page).__module__.rpartition(".admin")[0]
