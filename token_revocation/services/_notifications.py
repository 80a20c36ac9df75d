"""Notifications of the store and of receivers about a change of revocations."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.db import transaction

from token_revocation.stores import get_store


def notify_on_commit(
    keys: Iterable[uuid.UUID],
    send_signals: Callable[[], object],
    *,
    using: str,
    not_before: datetime | None = None,
    is_rotation: bool = False,
) -> None:
    """Invalidate ``keys`` in the store, and on commit call ``send_signals``.

    With ``not_before``, only tokens issued until then are affected. With ``is_rotation``, they are
    the keys of refresh tokens that were rotated.
    """
    store, changed = get_store(), tuple(keys)
    invalidate = (
        partial(store.invalidate_rotated, changed)
        if is_rotation
        else partial(store.invalidate, changed, not_before)
    )
    # Now too, because another process may be caching the old state.
    invalidate()
    # Not partials: a robust callback that fails is logged by its ``__qualname__``, which a partial
    # lacks, so that the failure would be raised after all.
    transaction.on_commit(lambda: invalidate(), using=using, robust=True)
    transaction.on_commit(lambda: send_signals(), using=using, robust=True)
