"""Extension of model admins that other apps and the project have registered."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils.module_loading import import_string

from token_revocation.adapters import get_adapters
from token_revocation.admin._targets import CUTOFF_PERMISSION, REVOKE_PERMISSION
from token_revocation.admin.actions import log_out_everywhere, revoke_selected_tokens
from token_revocation.admin.secret_lookups import SecretLookupsAdmin, has_secret_field
from token_revocation.admin.user_page import RevocationUserAdmin


def has_revoke_tokens_permission(request: HttpRequest) -> bool:
    """Return whether the user may add a revoked token."""
    return request.user.has_perm(REVOKE_PERMISSION)


def has_log_out_users_permission(request: HttpRequest) -> bool:
    """Return whether the user may add a cutoff."""
    return request.user.has_perm(CUTOFF_PERMISSION)


def extend_admin_site(site: AdminSite) -> None:
    """Add the actions and the user page to ``site``, and guard its secret columns."""
    adapters = get_adapters().values()
    for adapter in adapters:
        for label, path in adapter.admin_classes.items():
            _replace(site, label, path)
    users = _extend(site, get_user_model()._meta.label, RevocationUserAdmin)
    for model in [model for model in site._registry if has_secret_field(model)]:
        _extend(site, model._meta.label, SecretLookupsAdmin)
    _add_action(users, log_out_everywhere, has_log_out_users_permission)
    for label in [label for adapter in adapters for label in adapter.admin_models]:
        tokens = _get_model_admin(site, label)
        _add_action(tokens, revoke_selected_tokens, has_revoke_tokens_permission)


def _add_action(model_admin: Any, action: Any, has_permission: Any) -> None:
    if model_admin is not None:
        model_admin.actions = [*(model_admin.actions or ()), action]
        setattr(model_admin, has_permission.__name__, has_permission)


def _replace(site: AdminSite, label: str, path: str) -> None:
    """Replace the model admin of ``label`` if its own app has registered it."""
    model_admin = _get_model_admin(site, label)
    if model_admin is None:
        return
    if _app_of(model_admin) == apps.get_model(label)._meta.app_config.name:
        site.unregister(model_admin.model)
        site.register(model_admin.model, import_string(path))


def _extend(site: AdminSite, label: str, mixin: type[Any]) -> Any:
    """Return the model admin of ``label``, with ``mixin`` as its first base."""
    model_admin = _get_model_admin(site, label)
    if model_admin is not None and not isinstance(model_admin, mixin):
        base: Any = type(model_admin)
        extended = type(base)(base.__name__, (mixin, base), {"__module__": base.__module__})
        site.unregister(model_admin.model)
        site.register(model_admin.model, extended)
    return _get_model_admin(site, label)


def _get_model_admin(site: AdminSite, label: str) -> Any:
    return {model._meta.label: each for model, each in site._registry.items()}.get(label)


def _app_of(model_admin: Any) -> str:
    return type(model_admin).__module__.rpartition(".admin")[0]
