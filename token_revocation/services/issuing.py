"""Log a user in, for projects without a login endpoint of their own."""

from __future__ import annotations

from typing import Any

from token_revocation.adapters import get_adapters
from token_revocation.services.deleting import deleting
from token_revocation.services.transactions import writing
from token_revocation.tokens import IssuedToken


def issue(user: Any) -> IssuedToken | None:
    """A token of the first kind in use that can be issued here; ``None`` if none can.

    Never one that is expired or revoked.
    """
    with writing(None), deleting():  # A dead token that is in the way.
        answers = (adapter.issue(user) for adapter in get_adapters().values())
        return next((issued for issued in answers if issued is not None), None)
