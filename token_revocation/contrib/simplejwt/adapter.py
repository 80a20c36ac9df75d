"""The adapter for the JWTs of simplejwt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

from django.core.checks import CheckMessage
from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import Token

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.contrib.simplejwt import _settings, _stored_tokens
from token_revocation.contrib.simplejwt._decoder import build_token, decode_token
from token_revocation.contrib.simplejwt._references import make_ref
from token_revocation.exceptions import NotRevocable
from token_revocation.tokens import TokenRef

CONTRIB = "token_revocation.contrib"


class SimpleJWTAdapter(TokenAdapter):
    """Adapter for simplejwt's tokens, identified by ``iss`` and ``jti``."""

    kind = "simplejwt"
    subject_types = ("user", "session")
    admin_models = ("token_blacklist.OutstandingToken",)
    admin_classes: ClassVar[Mapping[str, str]] = {
        "token_blacklist.OutstandingToken": (
            "token_revocation.contrib.simplejwt._admin.OutstandingTokenAdmin"
        )
    }
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "rest_framework_simplejwt.authentication.JWTAuthentication": (
            f"{CONTRIB}.simplejwt.RevocableJWTAuthentication"
        ),
        "rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication": (
            f"{CONTRIB}.simplejwt.RevocableJWTStatelessUserAuthentication"
        ),
        "dj_rest_auth.jwt_auth.JWTCookieAuthentication": (
            f"{CONTRIB}.dj_rest_auth.RevocableJWTCookieAuthentication"
        ),
    }

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """The column of simplejwt's ``token_blacklist`` app that stores refresh tokens."""
        return tuple(f"{label}.token" for label in self.admin_models)

    @property
    def issuer(self) -> str:
        """``ISSUER`` of simplejwt."""
        return _settings.get_setting("ISSUER") or ""

    @property
    def lifetime(self) -> timedelta:
        """The longest lifetime in ``SIMPLE_JWT`` and its ``AUTH_TOKEN_CLASSES``."""
        return _settings.get_longest_lifetime()

    @property
    def longest_age(self) -> timedelta:
        """The highest age of an ``iat``: an access token has that of its refresh token."""
        return _settings.get_longest_age()

    @property
    def leeway(self) -> timedelta:
        """``LEEWAY`` of simplejwt."""
        return _settings.get_leeway()

    @property
    def rotates_tokens(self) -> bool:
        """``ROTATE_REFRESH_TOKENS`` of simplejwt."""
        return bool(_settings.get_setting("ROTATE_REFRESH_TOKENS"))

    def identify(self, token: Any) -> TokenRef:
        """Return the reference of a token.

        It queries the database only if ``USER_ID_FIELD`` is not the primary key and the user was
        not loaded before.

        Args:
            token: A token, a ``TokenUser``, a row of outstanding tokens, a payload or a raw token.

        Raises:
            NotRevocable: The token is too long, or has no usable ``jti``.
        """
        return make_ref(self.kind, unwrap(token))

    def resolve(self, raw: str) -> TokenRef | None:
        token = decode_token(raw)
        with suppress(NotRevocable):
            return None if token is None else self.identify(token)
        return None

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """Return the newest refresh token of each session that ``token_blacklist`` stores."""
        newest: dict[Any, TokenRef] = {}
        for token in _stored_tokens.iterate_outstanding(user):
            with suppress(NotRevocable):
                ref = self.identify(token)
                newest.setdefault(ref.family_key, ref)
        return [ref for ref in newest.values() if not ref.is_expired(now(), self.leeway)]

    def oldest_minted_at(self) -> datetime | None:
        """Return when the oldest outstanding token was issued; others may be older."""
        return _stored_tokens.get_oldest_minted_at(now() - self.leeway)

    def revoked_tokens(self, *, batch_size: int) -> Iterable[TokenRef]:
        """Yield the tokens that simplejwt has blacklisted."""
        for token in _stored_tokens.iterate_blacklisted(batch_size):
            with suppress(NotRevocable):
                yield self.identify(token)

    def check(self) -> list[CheckMessage]:
        # Imported late, as it imports simplejwt's views.
        source_checks = import_module(f"{__package__}._source_checks")
        return [
            *_import_entry_points().check_atomic_requests(),
            *source_checks.check_calls(),
            *_settings.check_rotation(),
        ]

    def get_view_replacement(self, route: Any) -> str:
        replacement: str = _import_entry_points().get_view_replacement(route)
        return replacement


@cache
def _import_entry_points() -> Any:
    """Return the module of view replacements, imported late as it imports views."""
    return import_module(f"{__package__}._entry_points")


def unwrap(token: Any) -> Any:
    """Return simplejwt's token from any form that ``identify()`` accepts.

    Raw tokens are verified; ``None`` if that fails.
    """
    if isinstance(token, Token):
        return token
    if isinstance(token, TokenUser):
        return token.token
    if isinstance(token, OutstandingToken):
        return _stored_tokens.load_token(token)
    return build_token(token) if isinstance(token, dict) else decode_token(token)
