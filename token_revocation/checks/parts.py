"""What the settings lead to: adapters, the store, databases."""

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
from token_revocation.stores.memory_checks import check_memory


def check_kinds() -> Iterator[CheckMessage]:
    """Two adapters that would answer for the same kind."""
    counts = Counter(import_string(path).kind for path in settings.ADAPTERS)
    for kind, count in counts.items():
        if count > 1:
            yield Error(
                f"ADAPTERS of TOKEN_REVOCATION has {count} adapters of the kind {kind!r}.",
                hint="Leave one, or give the other another kind.",
                id="token_revocation.E003",
            )


def check_routers() -> Iterator[CheckMessage]:
    """Routers that keep the two tables apart, where one query must read both."""
    aliases = {model: router.db_for_write(model) for model in (RevokedToken, TokenCutoff)}
    if len(set(aliases.values())) > 1:
        yield Error(
            "DATABASE_ROUTERS send RevokedToken and TokenCutoff to different databases.",
            hint="Route by the app label token_revocation; every check reads both tables.",
            id="token_revocation.E005",
        )


def check_parts() -> Iterator[CheckMessage]:
    """What the store and the adapters know of themselves, and what is remembered beside."""
    yield from _check_store()
    yield from check_memory()
    for adapter in get_adapters().values():
        yield from adapter.check()


def _check_store() -> Iterator[CheckMessage]:
    """Options that the store does not take; else what it says itself."""
    try:
        yield from get_store().check()
    except (ImportError, TypeError, ValueError) as error:
        yield Error(
            f"STORE_OPTIONS of TOKEN_REVOCATION do not fit {settings.STORE}: {error}",
            hint="docs/stores.md has the options of each store.",
            id="token_revocation.E013",
        )
