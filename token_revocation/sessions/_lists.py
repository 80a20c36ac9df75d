"""Lists of sessions for their users: with device, application and the current session."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from token_revocation._session_lifetime import get_expiry
from token_revocation.adapters import get_adapters
from token_revocation.clock import now
from token_revocation.services._transactions import database_errors
from token_revocation.sessions._devices import Device, parse_device
from token_revocation.sessions._ends import find_ends
from token_revocation.sessions._metadata import describe_client
from token_revocation.sessions._records import first_use_columns
from token_revocation.sessions.models import TokenSession, UserAgent, session_row_id
from token_revocation.tokens import BEFORE_ALL_CUTOFFS, Subject, TokenRef

MAX_LISTED = 500
"""The number of sessions in a list, the last used first."""

Details = Mapping[uuid.UUID, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ListedSession:
    """A session as its user sees it."""

    row: TokenSession
    """The row, which is not saved if the session is the current one and not recorded yet."""
    is_current: bool
    """Whether the request belongs to it."""
    device: Device | None
    """The device, or ``None`` if the user agent is not known or cannot be parsed."""
    application: str | None
    """The name of the application of OAuth 2.0, or ``None`` for other kinds."""
    scopes: Sequence[str] | None
    """The scopes of OAuth 2.0, or ``None`` for other kinds."""

    @property
    def label(self) -> str:
        """A heading: the name of the session, or else of its device or application."""
        device = self.device.label if self.device else ""
        return self.row.name or device or self.application or _("Unknown device")

    @property
    def created_at(self) -> datetime | None:
        """The time of the login, or ``None`` if it is unknown."""
        is_known = self.row.created_at > BEFORE_ALL_CUTOFFS
        return self.row.created_at if is_known else None

    @property
    def expires_at(self) -> datetime | None:
        """The time at which it ends at the latest, or ``None`` if it is not limited."""
        return get_expiry(self.row.ref)

    @property
    def user_agent(self) -> str:
        """The user agent of the login or the first use, or ``""``."""
        agent = self.row.user_agent
        return agent.text if agent else ""


def active_sessions(user: Any, *, using: str | None = None) -> list[TokenSession]:
    """Return the sessions of ``user`` whose tokens are accepted, last used first.

    It takes three queries.

    Args:
        user: The user, or any object with the same ``pk``.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(using) as alias:
        rows = list(_sessions_of(user, alias).open(now()))
    ends = find_ends(rows, using=alias)
    active = [row for row in rows if row.pk not in ends]
    return sorted(active, key=lambda row: row.last_used_at, reverse=True)


def list_sessions(
    user: Any,
    *,
    current: TokenRef | None = None,
    request: Any = None,
    using: str | None = None,
) -> list[ListedSession]:
    """Return the active sessions of ``user`` for display, last used first, up to a limit.

    Args:
        user: The user, or any object with the same ``pk``.
        current: The token of the request. Its session is listed even if it is not recorded yet.
        request: The request, which describes the client of a session that is not recorded yet.

    Raises:
        RevocationUnavailable: The database failed.
    """
    rows = active_sessions(user, using=using)[:MAX_LISTED]
    current_id = _current_id(user, current)
    if current and current_id and current_id not in {row.pk for row in rows}:
        row = find_session(user, current_id, current=current, request=request, using=using)
        rows = [*filter(None, [row]), *rows]
    return describe_sessions(user, rows, current=current)


def find_session(
    user: Any,
    session_id: uuid.UUID,
    *,
    current: TokenRef | None = None,
    request: Any = None,
    using: str | None = None,
) -> TokenSession | None:
    """Return the row of a session of ``user``, or ``None``.

    Args:
        user: The user, or any object with the same ``pk``.
        session_id: The ``id`` of the row.
        current: The token of the request, whose session may not be recorded yet. The returned row
            is not saved then.
        request: The request, which describes the client of such a session.

    Raises:
        RevocationUnavailable: The database failed.
    """
    with database_errors(using) as alias:
        row: TokenSession | None = _sessions_of(user, alias).filter(pk=session_id).first()
    if row is None and current and session_id == _current_id(user, current):
        row = _new_row(current, request)
    return row


def describe_sessions(
    user: Any, rows: Sequence[TokenSession], *, current: TokenRef | None = None
) -> list[ListedSession]:
    """Return ``rows``, sessions of ``user``, with what a list of them shows.

    Raises:
        RevocationUnavailable: The database failed.
    """
    details = _read_details(user, {row.kind for row in rows})
    current_id = _current_id(user, current)
    return [_describe(row, details.get(row.pk, {}), current_id) for row in rows]


def _new_row(current: TokenRef, request: Any) -> TokenSession:
    """Return the row of the session of ``current``, which is not recorded yet."""
    client = describe_client(request)
    row = TokenSession(**{**first_use_columns(current), "last_used_at": now()})
    row.ip_address = client.ip_address
    if client.user_agent_id:
        row.user_agent = UserAgent(id=client.user_agent_id, text=client.user_agent)
    return row


def _sessions_of(user: Any, using: str) -> Any:
    """Return the sessions of ``user`` with their user agents."""
    return TokenSession.objects.using(using).of_user(user.pk).select_related("user_agent")


def _describe(
    row: TokenSession, details: Mapping[str, Any], current_id: uuid.UUID | None
) -> ListedSession:
    return ListedSession(
        row=row,
        is_current=row.pk == current_id,
        device=parse_device(row.user_agent.text) if row.user_agent else None,
        application=details.get("application"),
        scopes=details.get("scopes"),
    )


def _read_details(user: Any, kinds: Iterable[str]) -> Details:
    adapters = [get_adapters()[kind] for kind in kinds if kind in get_adapters()]
    with database_errors(None):
        return {
            session_row_id(token): details
            for adapter in adapters
            for token, details in adapter.describe_tokens(user)
        }


def _current_id(user: Any, current: TokenRef | None) -> uuid.UUID | None:
    """Return the ``id`` of the session of ``current``, if that is a token of ``user``."""
    is_own = current is not None and current.subject("user") == Subject.user(user.pk)
    return session_row_id(current) if current and is_own else None
