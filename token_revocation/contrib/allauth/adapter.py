"""The adapter for allauth's tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any, ClassVar

from allauth.headless import app_settings
from allauth.headless.internal.sessionkit import lookup_session
from allauth.headless.tokens.strategies.jwt import internal
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.checks import CheckMessage

from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.allauth import _sessions
from token_revocation.tokens import Subject, TokenRef

PACKAGE = "token_revocation.contrib.allauth"


class AllauthAdapter(TokenAdapter):
    """Adapter for allauth's JWTs and session tokens.

    A JWT is identified by its ``jti``, a session token by the SHA-256 of its session key.
    """

    kind = "allauth"
    subject_types = ("user", "session")
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication": (
            f"{PACKAGE}.RevocableJWTTokenAuthentication"
        )
    }

    @property
    def lifetime(self) -> timedelta:
        """The longest lifetime of access tokens, refresh tokens and sessions."""
        seconds = (
            app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN,
            app_settings.JWT_REFRESH_TOKEN_EXPIRES_IN,
            settings.SESSION_COOKIE_AGE,
        )
        return timedelta(seconds=max(seconds))

    def identify(self, token: Any) -> TokenRef:
        """Return the reference of a token.

        Args:
            token: The payload of a JWT, or a session.
        """
        is_session = isinstance(token, SessionBase)
        return self._identify_session(token) if is_session else self._identify_jwt(token)

    def resolve(self, raw: str) -> TokenRef | None:
        """Return the token encoded in ``raw``, or ``None``, also if it has expired."""
        # allauth does not decode expired tokens.
        if payload := internal.decode_token(raw, "access"):
            return self.identify(payload)
        if payload := internal.decode_token(raw, "refresh"):
            return self.identify(_add_session_claims(payload))
        session = lookup_session(raw) if re.fullmatch("[a-z0-9]{32}", raw) else None
        return self.identify(session) if session and _sessions.get_user_id(session) else None

    def check(self) -> list[CheckMessage]:
        checks = import_module(f"{PACKAGE}._checks")
        return [*checks.check_headless(), *checks.check_usersessions()]

    def _identify_jwt(self, payload: Any) -> TokenRef:
        key = internal.session_key_from_sid(payload["sid"])
        user = Subject.user(internal.str_to_user_id(payload["sub"]))
        ids = [payload.get(_sessions.BROWSER_CLAIM), _sessions.hash_session_key(key) if key else ""]
        return TokenRef(
            kind=self.kind,
            identifier=payload["jti"],
            subjects=(user, *map(Subject.session, filter(None, ids))),
            issued_at=_sessions.to_datetime(payload.get("auth_time", payload["iat"])),
            expires_at=_sessions.to_datetime(payload["exp"]),
            minted_at=_sessions.to_datetime(payload["iat"]),
        )

    def _identify_session(self, session: Any) -> TokenRef:
        identifier = _sessions.hash_session_key(session.session_key)
        # The first one has the row of the session, and each one revokes the token.
        ids = [_sessions.get_browser_session(session), identifier]
        return TokenRef(
            kind=self.kind,
            identifier=identifier,
            subjects=(
                Subject.user(_sessions.get_user_id(session)),
                *map(Subject.session, filter(None, ids)),
            ),
            issued_at=_sessions.get_login_time(session),
            expires_at=session.get_expiry_date(),
        )


def _add_session_claims(payload: Any) -> Any:
    """Return the claims of a refresh token and those of its session, which it lacks."""
    session = internal.get_token_session(payload)
    return payload if session is None else {**payload, **_sessions.get_claims(session)}
