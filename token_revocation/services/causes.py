"""Why something was revoked, for people to read."""

from __future__ import annotations

from typing import Any, TypedDict

from token_revocation.columns import user_pk
from token_revocation.models import MAX_REASON_LENGTH


class Cause(TypedDict, total=False):
    """What every verb records beside the fact, for people to read."""

    reason: str
    """One of :class:`~token_revocation.models.Reason` or your own word, up to 64 characters."""
    revoked_by: Any
    """The user who asked for it; ``None`` for nobody in particular."""
    note: str


def cause_columns(cause: Cause) -> dict[str, Any]:
    """The columns of both tables that ``cause`` decides; ``ValueError`` if they cannot hold it."""
    by = getattr(cause.get("revoked_by"), "pk", None)
    reason, note = cause.get("reason", ""), cause.get("note", "")
    if len(reason) > MAX_REASON_LENGTH:
        raise ValueError(f"A reason has at most {MAX_REASON_LENGTH} characters.")
    if "\x00" in reason + note:
        raise ValueError("Neither a reason nor a note can hold a NUL character.")
    return {
        "reason": reason,
        "note": note,
        "revoked_by_id": None if by is None else user_pk(str(by)),
    }
