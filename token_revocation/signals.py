"""Signals of revocations and of their use.

The signals of changes are sent after the commit. An exception in a receiver is logged, and undoes
nothing.
"""

from __future__ import annotations

from django.dispatch import Signal

token_revoked = Signal()
"""Sent when a token was revoked.

Args:
    token: The token (:class:`~token_revocation.tokens.TokenRef`).
    revocation: Its row (``RevokedToken``).
    using: The database alias.
"""

subject_revoked = Signal()
"""Sent when all tokens of a subject issued until now were revoked.

Args:
    cutoff: The row (``TokenCutoff``).
    using: The database alias.
"""

token_issued = Signal()
"""Sent in the transaction that issues the first token of a login.

The row of the user is locked. An exception in a receiver rejects the login.

Args:
    token: The token (:class:`~token_revocation.tokens.TokenRef`), a refresh token if there is one.
    user: The user.
    using: The database alias of the revocations.
"""

revocation_deleted = Signal()
"""Sent when a revocation was deleted, so that tokens it alone rejected are accepted again.

Args:
    revocation: The deleted row (``RevokedToken`` or ``TokenCutoff``).
    restored_by: The user who deleted it, or ``None``.
    using: The database alias.
"""

revoked_token_used = Signal()
"""Sent when a client presented a revoked token.

Args:
    token: The token (:class:`~token_revocation.tokens.TokenRef`); without subjects if its stored
        row was deleted.
    request: The request, or ``None``.
"""

ACCEPTED = "accepted"

token_checked = Signal()
"""Sent for each request after an authentication class of this package has checked a token.

It is intended for monitoring. A receiver should be fast, because every request waits for it.

Args:
    answer: ``"accepted"``, or the code of the error.
    request: The request.
"""
