"""A JWT as the stores and services know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar

from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import now
from token_revocation.contrib.simplejwt import claims, live, outstanding
from token_revocation.contrib.simplejwt.authentic import authentic_token
from token_revocation.contrib.simplejwt.subjects import subjects
from token_revocation.exceptions import NotRevocable
from token_revocation.tokens import TokenRef


class SimpleJWTAdapter(TokenAdapter):
    """simplejwt's access, refresh and sliding tokens: identified by ``iss`` and ``jti``."""

    kind = "simplejwt"
    subject_types = ("user", "session")
    admin_models = ("token_blacklist.OutstandingToken",)
    admin_classes: ClassVar[Mapping[str, str]] = {
        "token_blacklist.OutstandingToken": (
            "token_revocation.contrib.simplejwt.admin.OutstandingTokenAdmin"
        )
    }

    @property
    def issuer(self) -> str:
        """``ISSUER`` of simplejwt."""
        return live.setting("ISSUER") or ""

    @property
    def lifetime(self) -> timedelta:
        """The longest of simplejwt's lifetimes and of those of its ``AUTH_TOKEN_CLASSES``."""
        return live.longest_lifetime()

    @property
    def leeway(self) -> timedelta:
        """``LEEWAY`` of simplejwt."""
        return live.leeway()

    def identify(self, token: Any) -> TokenRef:
        """Also of a user without a row (``TokenUser``), and of a row of outstanding tokens.

        Asks the database only where ``USER_ID_FIELD`` is not the primary key and nobody has
        looked the user up before; the stateful authentication class has.
        """
        token = _unwrapped(token)
        identifier, issuer = claims.identifier(token), claims.issuer(token)
        named = TokenRef(kind=self.kind, identifier=identifier, issuer=issuer)
        return TokenRef(
            kind=self.kind,
            identifier=identifier,
            issuer=issuer,
            subjects=tuple(subjects(token, named)),
            issued_at=claims.issued_at(token.payload),
            expires_at=claims.expires_at(token.payload),
        )

    def read(self, raw: str) -> TokenRef | None:
        token = authentic_token(raw)
        with suppress(NotRevocable):
            return None if token is None else self.identify(token)
        return None

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """The newest refresh token of each session, as far as simplejwt's own app knows them."""
        newest: dict[Any, TokenRef] = {}
        for token in outstanding.newest_first(user):
            with suppress(NotRevocable):
                ref = self.identify(token)
                newest.setdefault(ref.family_key, ref)
        return [ref for ref in newest.values() if not ref.is_expired(now(), self.leeway)]

    def refused_tokens(self, *, batch_size: int) -> Iterable[TokenRef]:
        """Those that simplejwt's own app has blacklisted."""
        for token in outstanding.blacklisted(batch_size):
            with suppress(NotRevocable):
                yield self.identify(token)


def _unwrapped(token: Any) -> Any:
    """simplejwt's token, in whatever it was handed over."""
    if isinstance(token, TokenUser):
        return token.token
    return outstanding.stored_token(token) if isinstance(token, OutstandingToken) else token
