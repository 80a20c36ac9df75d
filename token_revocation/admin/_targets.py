"""Targets that staff can revoke, each with its permission and its service call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from token_revocation import services
from token_revocation.admin._log import ADDITION, CHANGE, log_action
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.services import RevocationDetails
from token_revocation.tokens import TokenRef

REVOKE_PERMISSION = "token_revocation.add_revokedtoken"
CUTOFF_PERMISSION = "token_revocation.add_tokencutoff"


@dataclass(frozen=True, kw_only=True)
class RevocationTarget:
    """A choice of the form.

    ``revoke`` calls the service, writes the admin log and returns the success message.
    """

    label: Any
    permission: str
    revoke: Callable[[HttpRequest, Any, RevocationDetails], str]


def revoke_token(request: HttpRequest, token: TokenRef, details: RevocationDetails) -> str:
    """Revoke a token and its session."""
    if not services.log_out(token, **details):
        return _("Token %s is no longer active.") % token.fingerprint
    log_action(request, _stored_revocations(token), ADDITION, "Revoked.")
    return _("Token %s was revoked.") % token.fingerprint


def revoke_user(request: HttpRequest, user: Any, details: RevocationDetails) -> str:
    """Revoke all tokens of a user."""
    services.revoke_all(user, **details)
    log_action(request, [user], CHANGE, "Logged out everywhere.")
    return _("User %s was logged out everywhere.") % str(user)


def revoke_session(request: HttpRequest, session_id: str, details: RevocationDetails) -> str:
    """Revoke all tokens of a session."""
    return _log_cutoff(request, services.revoke_session(session_id, **details))


def revoke_client(request: HttpRequest, client_id: str, details: RevocationDetails) -> str:
    """Revoke all tokens that were issued to a client."""
    return _log_cutoff(request, services.revoke_client(client_id, **details))


def revoke_everyone(request: HttpRequest, confirmation: str, details: RevocationDetails) -> str:
    """Revoke all tokens."""
    return _log_cutoff(request, services.revoke_everyone(**details))


TARGETS: Mapping[str, RevocationTarget] = {
    "raw": RevocationTarget(label=_("A token"), permission=REVOKE_PERMISSION, revoke=revoke_token),
    "user": RevocationTarget(
        label=_("All tokens of a user"), permission=CUTOFF_PERMISSION, revoke=revoke_user
    ),
    "session": RevocationTarget(
        label=_("All tokens of a session"), permission=CUTOFF_PERMISSION, revoke=revoke_session
    ),
    "client": RevocationTarget(
        label=_("All tokens of a client"), permission=CUTOFF_PERMISSION, revoke=revoke_client
    ),
    "everyone": RevocationTarget(
        label=_("All tokens (everyone)"), permission=CUTOFF_PERMISSION, revoke=revoke_everyone
    ),
}


def permitted_targets(request: HttpRequest) -> dict[str, RevocationTarget]:
    """Return the targets that the user of ``request`` may revoke, by form field."""
    has_perm = request.user.has_perm
    return {name: target for name, target in TARGETS.items() if has_perm(target.permission)}


def _log_cutoff(request: HttpRequest, cutoff: TokenCutoff) -> str:
    log_action(request, [cutoff], ADDITION, "Revoked.")
    return _("All tokens issued until now were revoked: %s.") % cutoff


def _stored_revocations(token: TokenRef) -> Iterator[Any]:
    session = token.subject("session")
    yield from RevokedToken.objects.filter(key=token.key)
    if session is not None:
        yield from TokenCutoff.objects.filter(key=session.key).order_by("-pk")[:1]
