"""What happens elsewhere in a project, and ends tokens."""

from __future__ import annotations

from token_revocation.receivers import accounts, deletions, logbook, remembered, requests


def connect() -> None:
    """Listen, once all models are loaded."""
    accounts.connect()
    deletions.connect()
    logbook.connect()
    remembered.connect()
    requests.connect()
