"""Locks on user accounts while tokens are issued or revoked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.db import connections, router, transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from token_revocation._rows import user_pk
from token_revocation.exceptions import AccountChanged
from token_revocation.models import RevokedToken
from token_revocation.services._transactions import database_errors

_verified_password: ContextVar[str | None] = ContextVar("token_revocation_password", default=None)


@contextmanager
def authenticated_by(password: str | None) -> Iterator[None]:
    """Let :func:`lock_user` accept a new hash of the same ``password`` in this block.

    Two concurrent logins may each upgrade the hash of the password that both verified.

    Args:
        password: The raw password that was verified, or ``None``.
    """
    reset_token = _verified_password.set(password)
    del password  # Django's error reports show the variables of this frame.
    try:
        yield
    finally:
        _verified_password.reset(reset_token)


@contextmanager
def lock_user(user: Any) -> Iterator[None]:
    """Lock the row of an authenticated ``user`` while tokens are issued.

    A concurrent password change, deactivation or logout everywhere either waits for the commit
    of this block and then revokes its tokens, or is detected here. Call this function in
    ``transaction.atomic()`` if more than this block must be committed together.

    Args:
        user: The user as the authentication backend returned it. A user without a row, such as
            simplejwt's ``TokenUser``, is not looked up.

    Raises:
        AccountChanged: The account is inactive or deleted, or its password has changed since
            it was authenticated.
        RevocationUnavailable: The database failed.
    """
    user_model: Any = get_user_model()._meta.concrete_model
    if not isinstance(user, user_model):
        yield
        return
    with _transaction() as alias:
        rows = _user_rows(alias, user.pk)
        _lock_by_update(rows)
        _reject_if_changed(user, next(iter(_select_for_update(rows)), None))
        yield


@contextmanager
def lock_accounts(*pks: Any) -> Iterator[None]:
    """Lock the existing rows of the users ``pks`` while their tokens are revoked."""
    valid_pks = [pk for pk in (user_pk(str(pk)) for pk in pks) if pk is not None]
    if not valid_pks:
        yield
        return
    with _transaction() as alias:
        rows = _user_rows(alias, *valid_pks)
        if not _lock_by_update(rows):
            list(_select_for_update(rows).values_list("pk"))
        yield


def abort_concurrent_logins(user: Any, using: str) -> None:
    """Let other transactions that wait for the lock of ``user`` start again.

    Under ``REPEATABLE READ``, PostgreSQL would show them the sessions of before this login, and a
    number of sessions that is too low. If the row was updated, it aborts them instead.
    https://www.postgresql.org/docs/current/transaction-iso.html#XACT-REPEATABLE-READ

    Args:
        user: The user, whose row the caller has locked.
        using: The database alias of the sessions, in a transaction.
    """
    user_model: Any = get_user_model()._meta.concrete_model
    alias, connection = router.db_for_write(user_model), connections[using]
    if connection.vendor != "postgresql" or alias != using or not isinstance(user, user_model):
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        (level,) = cursor.fetchone()
    if level == "repeatable read":
        _update_unchanged(_user_rows(alias, user.pk))


@contextmanager
def _transaction() -> Iterator[str]:
    """Open a transaction in the users' database, or join that of the revocations."""
    alias = router.db_for_write(get_user_model())
    is_separate = alias != router.db_for_write(RevokedToken)
    with database_errors(alias), transaction.atomic(using=alias, savepoint=is_separate):
        yield alias


def _user_rows(alias: str, *pks: Any) -> Any:
    # A fixed order of locks prevents deadlocks between concurrent calls.
    rows = get_user_model()._base_manager.using(alias).filter(pk__in=pks)
    return rows.order_by("pk") if len(pks) > 1 else rows


def _lock_by_update(rows: Any) -> bool:
    """Update ``rows`` without a change, and return ``True``, if they cannot be locked."""
    # SQLite: the first write of a transaction waits for all other writers.
    # https://www.sqlite.org/lang_transaction.html
    if connections[rows.db].features.has_select_for_update:
        return False
    _update_unchanged(rows)
    return True


def _update_unchanged(rows: Any) -> None:
    options = rows.model._meta
    columns = (f.attname for f in options.local_concrete_fields if not f.primary_key)
    name = next(columns, options.pk.attname)
    rows.update(**{name: F(name)})


def _select_for_update(rows: Any) -> Any:
    """Return ``rows`` as a queryset that locks them when it is read."""
    # Inserts of foreign keys to these rows need not wait, as no key changes.
    features = connections[rows.db].features
    return rows.select_for_update(no_key=features.has_select_for_no_key_update)


def _reject_if_changed(user: Any, current: Any) -> None:
    if current is None or not getattr(current, "is_active", True):
        raise AccountChanged
    if not _has_same_password(user, current):
        raise AccountChanged


@sensitive_variables()
def _has_same_password(user: Any, current: Any) -> bool:
    stored: Any = getattr(current, "password", None)
    if stored == getattr(user, "password", None):
        return True
    raw = _verified_password.get()
    if raw is None or not check_password(raw, stored):
        return False
    user.password = stored  # Session hashes must be made of the current password hash.
    return True
