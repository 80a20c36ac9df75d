"""What happened. A failing receiver is logged; what was written is committed by then."""

from __future__ import annotations

from django.dispatch import Signal

token_revoked = Signal()
"""One token was revoked. ``token`` (:class:`~token_revocation.tokens.TokenRef`), ``revocation``
(``RevokedToken``), ``using`` (the alias of the database)."""

subject_cut_off = Signal()
"""Every token of a subject up to a moment was ended. ``cutoff`` (``TokenCutoff``), ``using``."""

revocation_deleted = Signal()
"""A row was deleted that may have been in force, so what it alone refused is accepted again.
``revocation`` (``RevokedToken`` or ``TokenCutoff``), ``restored_by`` (a user, or ``None``),
``using``."""

revoked_token_used = Signal()
"""Somebody presented a revoked token. ``token`` (:class:`~token_revocation.tokens.TokenRef`;
without subjects if nothing is left of it but its revocation), ``request`` (may be ``None``)."""

ACCEPTED = "accepted"

token_checked = Signal()
"""An authentication class of ours has answered; for monitoring, on the path of every request, so
a receiver should be quick. ``answer`` (``"accepted"``, or the code of the error), ``request``."""
