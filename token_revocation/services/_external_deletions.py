"""Users and stored tokens that other code deletes, recorded as revocations."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, NamedTuple, Unpack

from django.contrib.auth import get_user_model
from django.db import Error, router

from token_revocation.adapters import TokenAdapter
from token_revocation.conf import settings
from token_revocation.exceptions import NotRevocable
from token_revocation.fields import set_null
from token_revocation.models import Reason
from token_revocation.services._accounts import lock_accounts
from token_revocation.services._cutoffs import create_cutoffs
from token_revocation.services._details import RevocationDetails, detail_columns
from token_revocation.services._persistence import can_be_accepted, store_revocations
from token_revocation.services._stored_tokens import is_service_deletion
from token_revocation.services._transactions import (
    atomic_write,
    retry_on_deadlock,
    run_first_possible,
)
from token_revocation.tokens import Subject, TokenRef

logger = logging.getLogger("token_revocation")

# SQLite compares a column with at most 1,000 values.
ROWS_PER_IDENTIFICATION = 500


UserObserver = Callable[[Sequence[Any]], object]
"""Called with the primary keys of users, in the transaction that deletes them."""

_user_observers: list[UserObserver] = []


def add_user_observer(observer: UserObserver) -> None:
    """Call ``observer`` for deleted users, once however often it is added."""
    if observer not in _user_observers:
        _user_observers.append(observer)


class TokenRows(NamedTuple):
    """Rows of one token model that are about to be deleted."""

    adapter: TokenAdapter
    reason: str
    rows: Sequence[Any]


@retry_on_deadlock
def record_deletion(
    token: TokenRef, *, using: str | None = None, **details: Unpack[RevocationDetails]
) -> bool:
    """Record that other code deletes ``token``, which revokes it.

    Args:
        token: The deleted token.
        using: The database alias.
        **details: See :class:`RevocationDetails`.

    Returns:
        Whether a revocation was stored: not for an expired token, and not for one that is deleted
        because it was revoked.

    Raises:
        RevocationUnavailable: The database failed.
        ValueError: ``details`` cannot be stored.
    """
    if is_service_deletion() or not can_be_accepted(token):
        return False
    with atomic_write(using) as alias:
        return token.key in store_revocations([token], alias, detail_columns(details))


def record_deleted_rows(user_ids: Sequence[Any], tokens: Sequence[TokenRows]) -> None:
    """Record deleted users and tokens in the transaction that deletes their rows.

    Expired tokens are not recorded. If the tables of the tokens do not exist yet, only the users
    are recorded; if the tables of this app do not exist yet, nothing is.
    """
    run_first_possible(
        lambda: _record(user_ids, tokens, are_tables_complete=True),
        lambda: _record(user_ids, (), are_tables_complete=False),
    )
    for observer in _user_observers if user_ids else ():
        run_first_possible(partial(observer, user_ids))


def _record(
    user_ids: Sequence[Any], tokens: Iterable[TokenRows], *, are_tables_complete: bool
) -> None:
    lock = lock_accounts(*user_ids) if are_tables_complete else nullcontext()
    with atomic_write(None) as alias, lock:
        if user_ids and Reason.DELETION in settings.REVOKE_ON:
            subjects = [Subject.user(user_id) for user_id in user_ids]
            details = RevocationDetails(reason=Reason.DELETION)
            create_cutoffs(subjects, alias, details, is_bounded=are_tables_complete)
        for group in tokens:
            accepted = [*filter(can_be_accepted, _identify_all(group.adapter, group.rows))]
            if accepted:
                store_revocations(accepted, alias, detail_columns({"reason": group.reason}))
        if user_ids:
            _clear_references(user_ids)


def _clear_references(user_ids: Sequence[Any]) -> None:
    """Set references to deleted users to null, which :func:`set_null` leaves undone."""
    relations: Iterable[Any] = get_user_model()._meta.get_fields(include_hidden=True)
    for relation in relations:
        if getattr(relation, "on_delete", None) is set_null:
            field = relation.field
            rows = field.model._base_manager.using(router.db_for_write(field.model))
            rows.filter(**{f"{field.name}__in": user_ids}).update(**{field.name: None})


def _identify_all(adapter: TokenAdapter, rows: Sequence[Any]) -> Iterator[TokenRef]:
    for start in range(0, len(rows), ROWS_PER_IDENTIFICATION):
        yield from _identify(adapter, rows[start : start + ROWS_PER_IDENTIFICATION])


def _identify(adapter: TokenAdapter, rows: Sequence[Any]) -> list[TokenRef]:
    """Return the references of the ``rows`` that their adapter can identify."""
    try:
        return [*adapter.identify_many(rows)]
    except Error:
        raise
    except Exception:  # One invalid row must not prevent the record of the others.
        return [token for row in rows for token in _identify_one(adapter, row)]


def _identify_one(adapter: TokenAdapter, row: Any) -> Iterator[TokenRef]:
    try:
        yield adapter.identify(row)
    except (Error, NotRevocable) as error:
        if isinstance(error, Error):
            raise
    except Exception as error:
        # The deletion must not fail. The message is not logged, as it may contain the token.
        name, kind = type(error).__name__, adapter.kind
        logger.error("Could not record a deleted %s token: identify() raised %s.", kind, name)
