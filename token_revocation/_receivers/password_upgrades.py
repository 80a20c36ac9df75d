"""Detection of password upgrades: a new hash of the same password."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Any

from django.contrib.auth import hashers


def is_password_upgrade(old: str, user: Any, update_fields: Collection[str] | None) -> bool:
    """Return whether ``user`` is saved because Django upgrades the password hash.

    ``check_password()`` does so after it has verified the password, and saves only this field.
    Code that stores the result of ``make_password()`` changes the password.
    https://docs.djangoproject.com/en/stable/topics/auth/passwords/#password-upgrading

    Args:
        old: The stored hash.
        user: The user with the new hash.
        update_fields: The fields that are saved, or ``None``.
    """
    if set(update_fields or ()) != {"password"} or not _is_up_to_date(user.password):
        return False
    return _is_called_by_check_password() or _is_saved_by_acheck_password(old, user)


def _is_called_by_check_password() -> bool:
    """Return whether ``check_password()`` is in the call stack."""
    frame: Any = sys._getframe(1)
    while frame is not None and frame.f_code is not hashers.check_password.__code__:
        frame = frame.f_back
    return frame is not None


def _is_saved_by_acheck_password(old: str, user: Any) -> bool:
    """Return whether ``acheck_password()`` saves ``user`` in another thread."""
    # It sets the password and then resets ``_password`` to None. No other code does both and
    # leaves an outdated hash in the database.
    is_reset = vars(user).get("_password", "") is None
    return is_reset and hashers.is_password_usable(old) and not _is_up_to_date(old)


def _is_up_to_date(encoded: str) -> bool:
    """Return whether Django would keep the hash, by the rule of ``verify_password()``."""
    if not hashers.is_password_usable(encoded):
        return False
    try:
        hasher = hashers.identify_hasher(encoded)
    except ValueError:  # The hasher is no longer installed, so no password matches.
        return False
    preferred = hashers.get_hasher()
    return hasher.algorithm == preferred.algorithm and not preferred.must_update(encoded)
