"""Check of admin pages that allow filtering by secret columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Warning

from token_revocation.adapters import get_adapters


def check_admin_pages() -> Iterator[CheckMessage]:
    """Warn of model admins whose lists can be filtered by a secret column."""
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.sites import all_sites  # Needs the app.

    # An adapter whose app is not installed is reported by the check of the adapter.
    with suppress(LookupError):
        yield from _warnings(all_sites)


def _warnings(sites: Iterable[Any]) -> Iterator[CheckMessage]:
    for site in sites:
        for model_admin in filter(_is_unguarded, site._registry.values()):
            yield Warning(
                f"The admin of {model_admin.opts.label} on the site {site.name!r} lets staff filter "
                "by secret columns, which reveals their content.",
                hint="Add token_revocation.admin.RevocationUserAdmin (for users) or "
                "SecretLookupsAdmin (for tokens) as the first base class.",
                obj=type(model_admin),
                id="token_revocation.W100",
            )


def _is_unguarded(model_admin: Any) -> bool:
    from token_revocation.admin.secret_lookups import SecretLookupsAdmin, has_secret_field

    if isinstance(model_admin, SecretLookupsAdmin):
        return False
    is_for_users = model_admin.model._meta.concrete_model is get_user_model()._meta.concrete_model
    # Django's own admin of users has always allowed filters by the password hash. What is new is
    # a relation to stored tokens.
    return _has_secret_tokens() if is_for_users else has_secret_field(model_admin.model)


def _has_secret_tokens() -> bool:
    return any(adapter.secret_fields for adapter in get_adapters().values())
