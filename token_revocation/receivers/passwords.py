"""Tell a new hash of the same password from a new password."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.hashers import get_hasher, identify_hasher, is_password_usable


def is_upgrade(old: str, user: Any, update_fields: Collection[str] | None) -> bool:
    """Whether a login hashes the password of ``user`` anew, as a better hasher is preferred.

    That is what ``check_password()`` of the user does then: it forgets the password it was
    given, as this is no change of it, and saves the one field.
    """
    return (
        set(update_fields or ()) == {"password"}
        and getattr(user, "_password", "") is None
        and _is_outdated(old)
        and not _is_outdated(user.password)
    )


def _is_outdated(encoded: str) -> bool:
    """Whether Django would hash it anew; the rule of ``verify_password()``."""
    if not is_password_usable(encoded):
        return False
    try:
        hasher = identify_hasher(encoded)
    except ValueError:  # Of a hasher that is not installed any more: no password matches it.
        return False
    preferred = get_hasher()
    return hasher.algorithm != preferred.algorithm or preferred.must_update(encoded)
