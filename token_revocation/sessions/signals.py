"""Signals of sessions, sent after the commit. An exception in a receiver is logged."""

from __future__ import annotations

from django.dispatch import Signal

session_started = Signal()
"""Sent when a session was recorded.

Args:
    session: The row (``TokenSession``).
    is_new_device: Whether no earlier session of the user has the same user agent.
    request: Django's request of the login, or ``None``, as for a session that was recorded at the
        first use of its token.
    using: The database alias.
"""

session_ended = Signal()
"""Sent when a session was recorded as ended.

A revocation of a client or of everyone sends ``subject_revoked`` only.

Args:
    session: The row (``TokenSession``).
    using: The database alias.
"""
