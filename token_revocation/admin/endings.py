"""What can be ended in the admin, and the one call that ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation import services
from token_revocation.admin.log import ADDITION, CHANGE, log
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import Cause
from token_revocation.tokens import TokenRef

MAY_REVOKE = "token_revocation.add_revokedtoken"
MAY_CUT_OFF = "token_revocation.add_tokencutoff"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """``end`` does it, writes the log, and says what was done in words for the person."""

    label: Any
    permission: str
    end: Callable[[HttpRequest, Any, Cause], str]


def end_token(request: HttpRequest, token: TokenRef, cause: Cause) -> str:
    """The token, and everything of its session."""
    if not services.log_out(token, **cause):
        return _("This token had ended already: %s.") % token.fingerprint
    log(request, _rows_about(token), ADDITION, "Revoked.")
    return _("Revoked: token %s.") % token.fingerprint


def end_user(request: HttpRequest, user: Any, cause: Cause) -> str:
    """Everything of a user."""
    services.revoke_all(user, **cause)
    log(request, [user], CHANGE, "Logged out everywhere.")
    return _("Logged out everywhere: %s.") % str(user)


def end_session(request: HttpRequest, session_id: str, cause: Cause) -> str:
    """Everything of a session."""
    return _cut_off(request, services.revoke_session(session_id, **cause))


def end_client(request: HttpRequest, client_id: str, cause: Cause) -> str:
    """Everything that was issued to a client."""
    return _cut_off(request, services.revoke_client(client_id, **cause))


def end_everyone(request: HttpRequest, confirmation: str, cause: Cause) -> str:
    """Everything."""
    return _cut_off(request, services.revoke_everyone(**cause))


ENDINGS: Mapping[str, Ending] = {
    "raw": Ending(label=_("A token"), permission=MAY_REVOKE, end=end_token),
    "user": Ending(label=_("All tokens of a user"), permission=MAY_CUT_OFF, end=end_user),
    "session": Ending(label=_("All tokens of a session"), permission=MAY_CUT_OFF, end=end_session),
    "client": Ending(label=_("All tokens of a client"), permission=MAY_CUT_OFF, end=end_client),
    "everyone": Ending(label=_("All tokens there are"), permission=MAY_CUT_OFF, end=end_everyone),
}


def endings_for(request: HttpRequest) -> dict[str, Ending]:
    """Those that the person may use."""
    may = request.user.has_perm
    return {name: ending for name, ending in ENDINGS.items() if may(ending.permission)}


def _cut_off(request: HttpRequest, cutoff: TokenCutoff) -> str:
    log(request, [cutoff], ADDITION, "Revoked.")
    return _("Revoked: every token issued until now, %s.") % cutoff


def _rows_about(token: TokenRef) -> Iterator[Any]:
    session = token.subject("session")
    yield from RevokedToken.objects.filter(key=token.key)
    if session is not None:
        yield from TokenCutoff.objects.filter(key=session.key).order_by("-pk")[:1]
