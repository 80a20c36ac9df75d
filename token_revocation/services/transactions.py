"""How a verb reaches the database, and what follows once it is committed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import Error, connections, router, transaction

from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken
from token_revocation.stores import get_store

logger = logging.getLogger("token_revocation")

P = ParamSpec("P")
T = TypeVar("T")

TIMES = 3
MYSQL_DEADLOCK = 1213


class Undone(RevocationUnavailable):
    """The database has undone a whole transaction, so that others get on which it was in a circle with."""


@contextmanager
def reading(using: str | None, *, secret: bool = False) -> Iterator[str]:
    """The alias of the database, the one that is written; its failure is a 503.

    ``secret`` where a database may quote, in its error, what a client must keep secret.
    """
    try:
        yield using or router.db_for_write(RevokedToken)
    except Error as error:
        said = type(error).__name__ if secret else error
        # What is begun again is no failure yet.
        level = logging.WARNING if _is_undone(error) else logging.ERROR
        logger.log(level, "The database of the revocations failed: %s", said, exc_info=not secret)
        raise RevocationUnavailable from (None if secret else error)


@contextmanager
def writing(using: str | None) -> Iterator[str]:
    """As :func:`reading`, in a transaction: all of it is stored, or nothing.

    Raises :class:`Undone` where :func:`again_if_undone` can begin it again.
    """
    with reading(using) as alias:
        is_whole = not connections[alias].in_atomic_block
        try:
            with transaction.atomic(using=alias):
                yield alias
        except (Error, RevocationUnavailable) as error:
            if is_whole and _is_undone(error):
                raise Undone from error
            raise


def again_if_undone(write: Callable[P, T]) -> Callable[P, T]:
    """Begin ``write``, which opens a transaction, again if that was :class:`Undone`; twice at most.

    Two calls that have to change what a third has just stored may have to wait for each other: on
    MariaDB an insert that meets a stored row leaves a lock with each of them. The second time
    they find it stored, and wait in one line.
    """

    @wraps(write)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TIMES - 1):
            with suppress(Undone):
                return write(*args, **kwargs)
        return write(*args, **kwargs)

    return wrapper


def _is_undone(error: BaseException | None) -> bool:
    """SQLSTATE class 40 on PostgreSQL; an error of its own on MySQL and MariaDB."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""
        if state.startswith("40") or error.args[:1] == (MYSQL_DEADLOCK,):
            return True
        error = error.__cause__
    return False


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
