"""What happened. A failing receiver is logged; what was written is committed by then."""

from __future__ import annotations

from django.dispatch import Signal

# Arguments: token (TokenRef), revocation (RevokedToken), using (str).
token_revoked = Signal()

# Arguments: cutoff (TokenCutoff), using (str).
subject_cut_off = Signal()

# A row was deleted that may have been in force, so what it alone refused is accepted again.
# Arguments: revocation (RevokedToken or TokenCutoff), restored_by (a user, or None), using (str).
revocation_deleted = Signal()

# Somebody presented a revoked token. Arguments: token (TokenRef; without subjects if nothing is
# left of it but its revocation), request (may be None).
revoked_token_used = Signal()

ACCEPTED = "accepted"

# An authentication class of ours has answered; for monitoring, on the path of every request.
# Arguments: answer (ACCEPTED, or the code of the error), request.
token_checked = Signal()
