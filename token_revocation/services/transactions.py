"""How a verb reaches the database, and what follows once it is committed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import Error, router, transaction

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.stores import get_store

logger = logging.getLogger("token_revocation")


@contextmanager
def reading(using: str | None, *, secret: bool = False) -> Iterator[str]:
    """The alias of the database, the one that is written; its failure is a 503.

    ``secret`` where a database may quote, in its error, what a client must keep secret.
    """
    try:
        yield using or router.db_for_write(RevokedToken)
    except Error as error:
        said = type(error).__name__ if secret else error
        logger.error("The database of the revocations failed: %s", said, exc_info=not secret)
        raise RevocationUnavailable from (None if secret else error)


@contextmanager
def writing(using: str | None) -> Iterator[str]:
    """As :func:`reading`, in a transaction: all of it is stored, or nothing."""
    with reading(using) as alias, transaction.atomic(using=alias):
        yield alias


def announce(keys: Iterable[uuid.UUID], tell: Callable[[], object], *, using: str) -> None:
    """Let the store know at once and again on commit; then ``tell`` the rest of the project.

    At once, because another process may be about to remember the old answer.
    """
    news, publish = tuple(keys), get_store().publish
    publish(news)
    # Not partials: Django names what failed by its ``__qualname__``, and they have none, so that
    # the failure of one would be raised after all.
    transaction.on_commit(lambda: publish(news), using=using, robust=True)
    transaction.on_commit(lambda: tell(), using=using, robust=True)
