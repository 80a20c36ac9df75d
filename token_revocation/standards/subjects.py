"""Subject identifiers of trusted issuers (RFC 9493; SSF 1.0, section 3.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model

from token_revocation import services
from token_revocation._rows import find_users, make_storable
from token_revocation.standards.jose import Issuer


class SubjectError(Exception):
    """The subject identifier cannot be used to revoke tokens."""


class Malformed(SubjectError):
    """The subject identifier is invalid, or of a format that is not supported."""


class Forbidden(SubjectError):
    """The subject belongs to another issuer."""


class Unknown(SubjectError):
    """No user has this subject identifier."""


class Ambiguous(SubjectError):
    """Several users have this subject identifier."""


def session_id(issuer: str, sid: str) -> str:
    """Return the local session id for a session at an identity provider.

    Put it as ``sid`` into the first refresh token of a login, so that the provider can revoke
    the session.

    Args:
        issuer: The ``iss`` of the provider.
        sid: The ``sid`` of the session at the provider.
    """
    return hashlib.sha256(f"{len(issuer)}:{issuer}{sid}".encode()).hexdigest()


def revoke(identifier: object, issuer: Issuer, reason: str) -> None:
    """Revoke the session that ``identifier`` names, or else all tokens of its user.

    Args:
        identifier: A subject identifier as parsed from JSON.
        issuer: The issuer that sent it.
        reason: The reason to record, one of ``Reason``.

    Raises:
        SubjectError: The identifier cannot be used. Nothing was revoked.
        RevocationUnavailable: The revocation could not be stored.
    """
    members = _members(identifier)
    user = find_user(members["user"], issuer) if "user" in members else None
    if "session" in members:
        session = session_id(issuer.issuer, _string(members["session"], "id"))
        note = make_storable(issuer.issuer)
        services.revoke_session(session, user=user, reason=reason, note=note)
    elif user is not None:
        services.revoke_all(user, reason=reason, note=make_storable(issuer.issuer))
    else:
        raise Malformed("The subject is neither a user nor a session.")


def find_user(identifier: object, issuer: Issuer) -> Any:
    """Return the user that a simple subject identifier names.

    Raises:
        SubjectError: The identifier does not name exactly one user of ``issuer``.
    """
    members = _mapping(identifier)
    find = FORMATS.get(str(members.get("format")))
    if find is None:
        raise Malformed("The subject format is not supported.")
    users = find(members, issuer)
    if len(users) > 1:
        raise Ambiguous("More than one user has this subject.")
    if not users:
        raise Unknown("No user has this subject.")
    return users[0]


def _members(identifier: object) -> Mapping[str, Any]:
    """Return the members of a complex subject; a simple subject is that of a user."""
    members = _mapping(identifier)
    return members if members.get("format") == "complex" else {"user": members}


def _by_email(members: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    field = get_user_model().get_email_field_name()
    return _users(issuer, **{f"{field}__iexact": _string(members, "email")})


def _by_id(members: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    return _users(issuer, pk=_string(members, "id"))


def _by_subject(members: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    if _string(members, "iss") != issuer.issuer:
        raise Forbidden("The subject belongs to another issuer.")
    if not issuer.subject_field:
        raise Malformed("The subject format iss_sub is not supported for this issuer.")
    return _users(issuer, **{issuer.subject_field: _string(members, "sub")})


FORMATS: Mapping[str, Callable[[Mapping[str, Any], Issuer], list[Any]]] = {
    "email": _by_email,
    "opaque": _by_id,
    "iss_sub": _by_subject,
}


def _users(issuer: Issuer, **named: str) -> list[Any]:
    """Return at most two of the matching users that ``issuer`` may revoke."""
    users = get_user_model()._default_manager.filter(**issuer.users)
    return find_users(users.distinct(), **named)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("The subject must be an object.")
    return value


def _string(value: object, member: str) -> str:
    found = _mapping(value).get(member)
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= 1024:
        raise Malformed(f"The subject has no valid {member}.")
    return found
