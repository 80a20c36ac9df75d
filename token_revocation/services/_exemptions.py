"""Exemption of the current token when a user changes their own password."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar

from token_revocation._context_variables import set_in_block
from token_revocation.tokens import Subject, TokenRef

_kept_token: ContextVar[TokenRef | None] = ContextVar("token_revocation_kept", default=None)

# A list, as the session is known only when the user is read, possibly in another thread.
_request_session: ContextVar[list[TokenRef] | None] = ContextVar(
    "token_revocation_request_session", default=None
)


def keep_token(token: TokenRef | None) -> AbstractContextManager[None]:
    """Exempt ``token`` and its session from a password change in this block.

    Use it in the view that changes the password, as ``keep=`` in :func:`revoke_all`.
    Deactivation and deletion of the account revoke the token nevertheless.

    Args:
        token: The token to keep; ``None`` keeps none.
    """
    return set_in_block(_kept_token, token)


def kept_token() -> TokenRef | None:
    """Return the token that the innermost :func:`keep_token` block exempts."""
    return _kept_token.get()


def keep_request_session() -> AbstractContextManager[None]:
    """Let :func:`exempt_session` exempt the browser session of the request of this block.

    Django itself ends the session if its password hash is outdated, that is, unless the view calls
    ``update_session_auth_hash()``.
    """
    return set_in_block(_request_session, [])


def exempt_session(token: TokenRef) -> None:
    """Exempt the accepted browser session of the current request."""
    sessions = _request_session.get()
    if sessions is not None:
        sessions[:] = [token]


def kept_session(user_id: object) -> TokenRef | None:
    """Return the exempt session of the current request if it is one of this user."""
    tokens = _request_session.get() or ()
    user = Subject.user(user_id)
    return next((token for token in tokens if token.subject("user") == user), None)
