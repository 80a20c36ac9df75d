"""The adapter for ``allauth.usersessions``, where users log out their other sessions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.core import context
from allauth.headless.internal.sessionkit import lookup_session
from allauth.usersessions.adapter import DefaultUserSessionsAdapter

from token_revocation.contrib.allauth import _sessions
from token_revocation.contrib.allauth._unavailable import respond_if_unavailable
from token_revocation.contrib.allauth.adapter import AllauthAdapter
from token_revocation.tokens import TokenRef


class RevocableUserSessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """allauth's ``DefaultUserSessionsAdapter``, which also revokes the tokens of a session.

    Set ``USERSESSIONS_ADAPTER`` to it.
    """

    def end_sessions(self, sessions: Iterable[Any]) -> None:
        """Revoke sessions with all their tokens, and delete them.

        Args:
            sessions: Rows of allauth.

        Raises:
            RevocationUnavailable: The database failed, and no session has ended.
        """
        # Models are loaded after this class.
        from token_revocation import services
        from token_revocation.models import Reason

        tokens = [token for session in sessions if (token := _identify(session))]
        with respond_if_unavailable():
            services.log_out(*tokens, reason=Reason.LOGOUT, revoked_by=context.request.user)
        super().end_sessions(sessions)


def _identify(user_session: Any) -> TokenRef | None:
    session = lookup_session(user_session.session_key)
    has_user = session is not None and _sessions.get_user_id(session) is not None
    return AllauthAdapter().identify(session) if has_user else None
