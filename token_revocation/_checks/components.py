"""Checks of the configured adapters, store and databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.core.checks import CheckMessage, Error
from django.db import router
from django.utils.module_loading import import_string

from token_revocation.adapters import get_adapters
from token_revocation.conf import settings
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores import get_store
from token_revocation.stores._checks import check_authentication_cache


def check_duplicate_kinds() -> Iterator[CheckMessage]:
    """Report adapters of the same kind."""
    counts = Counter(import_string(path).kind for path in settings.ADAPTERS)
    for kind, count in counts.items():
        if count > 1:
            yield Error(
                f"TOKEN_REVOCATION['ADAPTERS'] has {count} adapters of the kind {kind!r}.",
                hint="Remove all but one, or set a different kind.",
                id="token_revocation.E003",
            )


def check_routers() -> Iterator[CheckMessage]:
    """Report routers that put the two tables in different databases."""
    aliases = {model: router.db_for_write(model) for model in (RevokedToken, TokenCutoff)}
    if len(set(aliases.values())) > 1:
        yield Error(
            "DATABASE_ROUTERS puts RevokedToken and TokenCutoff in different databases.",
            hint="Route by the app label token_revocation. Each lookup reads both tables.",
            id="token_revocation.E005",
        )


def check_components() -> Iterator[CheckMessage]:
    """Run the checks of the store, the authentication cache and the adapters."""
    yield from _check_store()
    yield from check_authentication_cache()
    for adapter in get_adapters().values():
        yield from adapter.check()


def _check_store() -> Iterator[CheckMessage]:
    """Report wrong options, or else run the checks of the store."""
    try:
        yield from get_store().check()
    except (ImportError, TypeError, ValueError) as error:
        yield Error(
            f"TOKEN_REVOCATION['STORE_OPTIONS'] is not valid for {settings.STORE}: {error}",
            hint="See docs/stores.md for the options of each store.",
            id="token_revocation.E013",
        )
