"""Whom a subject identifier of another party means here (RFC 9493, and SSF 1.0, section 3.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from token_revocation import services
from token_revocation.columns import storable
from token_revocation.standards.jose import Issuer


class SubjectError(Exception):
    """Nobody's tokens can be ended by this identifier."""


class Malformed(SubjectError):
    """It is not a subject identifier, or of a format we do not know."""


class Forbidden(SubjectError):
    """It is for another issuer to say."""


class Unknown(SubjectError):
    """Nobody here."""


class Ambiguous(SubjectError):
    """More than one person here, so nobody's tokens are ended."""


def session_id(issuer: str, sid: str) -> str:
    """The ``sid`` for the tokens of a session that began at another party, with its ``sid`` there.

    Put it into the first refresh token of a login, and that party can end the session.
    """
    return hashlib.sha256(f"{len(issuer)}:{issuer}{sid}".encode()).hexdigest()


def end(identifier: object, issuer: Issuer, reason: str) -> None:
    """End what ``identifier`` means: one session, if it names one, or all of a user's tokens.

    Raises a :class:`SubjectError`, and then nothing was ended.
    """
    members = _members(identifier)
    user = find_user(members["user"], issuer) if "user" in members else None
    if "session" in members:
        session = session_id(issuer.issuer, _string(members["session"], "id"))
        services.revoke_session(session, reason=reason, note=storable(issuer.issuer))
    elif user is not None:
        services.revoke_all(user, reason=reason, note=storable(issuer.issuer))
    else:
        raise Malformed("The subject is neither a user nor a session.")


def find_user(identifier: object, issuer: Issuer) -> Any:
    """The user that a simple subject identifier means. Raises a :class:`SubjectError`."""
    given = _mapping(identifier)
    find = FORMATS.get(str(given.get("format")))
    if find is None:
        raise Malformed("The format of the subject is not supported.")
    found = find(given, issuer)
    if len(found) > 1:
        raise Ambiguous("More than one user has this subject.")
    if not found:
        raise Unknown("No user has this subject.")
    return found[0]


def _members(identifier: object) -> Mapping[str, Any]:
    """The parts of a complex subject; a simple one is a user."""
    given = _mapping(identifier)
    return given if given.get("format") == "complex" else {"user": given}


def _by_email(given: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    field = get_user_model().get_email_field_name()
    return _users(issuer, **{f"{field}__iexact": _string(given, "email")})


def _by_id(given: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    return _users(issuer, pk=_string(given, "id"))


def _by_subject(given: Mapping[str, Any], issuer: Issuer) -> list[Any]:
    if _string(given, "iss") != issuer.issuer:
        raise Forbidden("The subject is another issuer's.")
    if not issuer.subject_field:
        raise Malformed("No field holds the subjects of this issuer.")
    return _users(issuer, **{issuer.subject_field: _string(given, "sub")})


FORMATS: Mapping[str, Callable[[Mapping[str, Any], Issuer], list[Any]]] = {
    "email": _by_email,
    "opaque": _by_id,
    "iss_sub": _by_subject,
}


def _users(issuer: Issuer, **named: str) -> list[Any]:
    """At most two of the users that this issuer may speak of; two are one too many."""
    users = get_user_model()._default_manager.filter(**issuer.users)
    try:
        return list(users.filter(**named).distinct()[:2])
    except (ValidationError, ValueError, OverflowError):
        return []  # It cannot be the id of anybody.


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("The subject is not an object.")
    return value


def _string(value: object, member: str) -> str:
    found = _mapping(value).get(member)
    if not isinstance(found, str) or not found.isprintable() or not 0 < len(found) <= 1024:
        raise Malformed(f"The subject has no {member}.")
    return found
