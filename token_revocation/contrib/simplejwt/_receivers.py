"""Receivers that revoke a token when simplejwt blacklists it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.signals import post_save
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

from token_revocation import services
from token_revocation._context_variables import set_in_block
from token_revocation.adapters import TokenAdapter, get_adapters
from token_revocation.exceptions import NotRevocable
from token_revocation.models import Reason
from token_revocation.tokens import TokenRef

logger = logging.getLogger("token_revocation")

KIND = "simplejwt"

_is_enabled: ContextVar[bool] = ContextVar("token_revocation_blacklist", default=True)


class RevokingQuerySet(QuerySet[Any]):
    """Queryset that revokes what ``bulk_create()`` blacklists, as it sends no signals."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = super().bulk_create(objs, *args, **kwargs)
        revoke_blacklisted(rows)
        return rows


def connect() -> None:
    """Connect the receivers to simplejwt's blacklist, if its app is installed."""
    if BlacklistedToken._meta.abstract:
        return
    post_save.connect(
        revoke_on_save, sender=BlacklistedToken, dispatch_uid="token_revocation.simplejwt"
    )
    # Options.managers are copies of local_managers. Django uses both.
    options = BlacklistedToken._meta
    managers: list[Any] = [*options.local_managers, *options.managers]
    for manager in managers:
        if manager._queryset_class is QuerySet:  # Leave a custom manager alone.
            manager._queryset_class = RevokingQuerySet


def ignore_blacklist() -> AbstractContextManager[None]:
    """Disable the receivers for this block, whose caller revokes the tokens itself."""
    return set_in_block(_is_enabled, False)


def revoke_on_save(*, instance: Any, created: bool, raw: bool, **kwargs: Any) -> None:
    """Revoke the session of a token that was blacklisted."""
    if created and not raw:
        revoke_blacklisted([instance])


def revoke_blacklisted(rows: Sequence[Any]) -> None:
    """Revoke the sessions of blacklisted tokens, in as many queries as for one.

    A failure is logged and not raised, so that the caller's blacklisting succeeds.
    """
    adapter = get_adapters().get(KIND)
    if adapter is None or not rows or not _is_enabled.get():
        return
    try:
        prefetch_related_objects(rows, "token")
        refs = [*_identify(adapter, rows)]
        services.log_out_many(refs, reason=Reason.PACKAGE)
    except Exception as error:
        # The message is left out, as it may quote a token.
        logger.error("Could not revoke blacklisted tokens: %s", type(error).__name__)


def _identify(adapter: TokenAdapter, rows: Sequence[Any]) -> Iterator[TokenRef]:
    for row in rows:
        with suppress(NotRevocable):
            yield adapter.identify(row.token)
