"""Reason, author and note of a revocation."""

from __future__ import annotations

from typing import Any, TypedDict

from token_revocation._rows import user_pk
from token_revocation.models import MAX_REASON_LENGTH, Reason, is_reserved
from token_revocation.services._embedded_tokens import without_tokens


class RevocationDetails(TypedDict, total=False):
    """Optional details that every revoking service stores with the revocation."""

    reason: str
    """A :class:`~token_revocation.models.Reason`, or your own reason of up to 64 characters."""
    revoked_by: Any
    """The user who requested the revocation, or ``None``."""
    note: str
    """Free text. Tokens in it are replaced by their kind and fingerprint."""


def detail_columns(details: RevocationDetails) -> dict[str, Any]:
    """Return the column values for ``details``; they are the same in both tables.

    Raises:
        ValueError: The reason is reserved or too long, or a text contains a NUL character.
    """
    by = getattr(details.get("revoked_by"), "pk", None)
    reason = without_tokens(details.get("reason", ""))
    note = without_tokens(details.get("note", ""))
    # A token revoked for this reason would get the successor of a rotated token.
    if is_reserved(reason):
        raise ValueError(f"The reason {Reason.ROTATED.value!r} is reserved for rotated tokens.")
    if len(reason) > MAX_REASON_LENGTH:
        raise ValueError(f"A reason must have at most {MAX_REASON_LENGTH} characters.")
    if "\x00" in reason + note:
        raise ValueError("Null characters are not allowed in a reason or a note.")
    return {
        "reason": reason,
        "note": note,
        "revoked_by_id": None if by is None else user_pk(str(by)),
    }
