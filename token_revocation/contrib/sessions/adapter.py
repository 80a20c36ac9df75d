"""The adapter for the sessions of Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies
from django.core.checks import CheckMessage

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware
from token_revocation.contrib.sessions import _login_record
from token_revocation.exceptions import NotRevocable
from token_revocation.tokens import Subject, TokenRef

PACKAGE = "token_revocation.contrib.sessions"

SESSION_KEY_FORMAT = re.compile("[a-z0-9]{32}")


class SessionAdapter(TokenAdapter):
    """Adapter for browser sessions, identified by a random ID that a login puts into them.

    All engines of Django are supported, also ``signed_cookies``.
    """

    kind = "session"
    subject_types = ("user", "session")
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "rest_framework.authentication.SessionAuthentication": (
            f"{PACKAGE}.RevocableSessionAuthentication"
        )
    }

    @property
    def lifetime(self) -> timedelta:
        """``SESSION_COOKIE_AGE``. A session with its own expiry is recorded when it is used."""
        return timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def identify(self, token: Any) -> TokenRef:
        """Return the reference of a session.

        Args:
            token: A session whose data is loaded, as ``request.session``.

        Raises:
            NotRevocable: No user is logged in to the session.
        """
        login = _login_record.read(token)
        if login is None:
            raise NotRevocable
        user = Subject.user(login.user_pk)
        session = [Subject.session(login.identifier)] if login.login_time else []
        # Each save extends a session. Its lifetime begins at the last one that is known.
        begin = {"modification": login.renewed_at} if login.renewed_at else {}
        return TokenRef(
            kind=self.kind,
            identifier=login.identifier,
            issuer=self.issuer,
            subjects=(user, *session),
            issued_at=login.login_time,
            expires_at=aware(token.get_expiry_date(**begin)),
            minted_at=login.renewed_at,
        )

    def resolve(self, raw: str) -> TokenRef | None:
        """Return the session with the cookie ``raw``, or ``None``.

        Expired sessions are not found.
        """
        store: Any = import_module(settings.SESSION_ENGINE).SessionStore
        # Other strings would be errors of caches and databases.
        is_signed = issubclass(store, signed_cookies.SessionStore)
        if not is_signed and not SESSION_KEY_FORMAT.fullmatch(raw):
            return None
        session = store(raw)
        return self.identify(session) if _login_record.has_user(session) else None

    def check(self) -> list[CheckMessage]:
        return list(import_module(f"{PACKAGE}._checks").check_middleware())
