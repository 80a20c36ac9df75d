"""The token adapter for OAuth Toolkit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.checks import CheckMessage
from django.db.models import Q
from django.utils import timezone

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, native, now
from token_revocation.contrib.oauth2_provider import (
    _checks,
    _id_tokens,
    _identity,
    _issue_times,
    _lifetimes,
    _storage,
)
from token_revocation.contrib.oauth2_provider._families import find_active_family
from token_revocation.tokens import TokenRef


class OAuth2ProviderAdapter(TokenAdapter):
    """Adapter for OAuth Toolkit's access, refresh and ID tokens.

    Access and refresh tokens are identified by their checksum, ID tokens by their ``jti``.
    """

    kind = "oauth2_provider"
    is_stored = True
    subject_types = ("user", "client", "session")
    authentication_classes: ClassVar[Mapping[str, str]] = {
        "oauth2_provider.contrib.rest_framework.authentication.OAuth2Authentication": (
            "token_revocation.contrib.oauth2_provider.RevocableOAuth2Authentication"
        )
    }

    @property
    def admin_models(self) -> tuple[str, ...]:
        """The models of access, refresh and ID tokens."""
        return _storage.labels()

    @property
    def token_models(self) -> tuple[str, ...]:
        """The models of access, refresh and ID tokens."""
        return self.admin_models

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """The columns with tokens, checksums, codes and client secrets."""
        return _storage.secret_fields()

    @property
    def lifetime(self) -> timedelta | None:
        """The longest time for which a token may be accepted, or ``None`` for forever.

        It is ``None`` without ``REFRESH_TOKEN_EXPIRE_SECONDS``. Otherwise it depends on the
        settings and on the expiry of stored access and ID tokens.
        """
        return _lifetimes.longest_lifetime()

    def date_stored(self, token: Any) -> None:
        _issue_times.date_stored(token)

    def identify(self, token: Any) -> TokenRef:
        """Identify an access, refresh or ID token; query related rows if not loaded."""
        return TokenRef(
            kind=self.kind,
            identifier=_identity.identifier(token),
            issuer=self.issuer,
            subjects=tuple(_identity.subjects(token)),
            issued_at=aware(token.created),
            expires_at=_identity.expires_at(token),
        )

    def identify_many(self, tokens: Sequence[Any]) -> Iterable[TokenRef]:
        _identity.prefetch(tokens)
        return [self.identify(token) for token in tokens]

    def resolve(self, raw: str) -> TokenRef | None:
        return next(iter(self.resolve_many([raw])), None)

    def resolve_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        found = _storage.find_tokens([_storage.checksum(raw) for raw in raws])
        return [*map(self.identify, found), *self.identify_many(_id_tokens.find(raws))]

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """Return the access token of each authorization; after expiry, the refresh token."""
        refs = map(self.identify, map(_usable_token, _find_usable_tokens(user)))
        return [ref for ref in refs if not ref.is_expired(now())]

    def describe_tokens(self, user: Any) -> Iterable[tuple[TokenRef, Mapping[str, Any]]]:
        """Return the same tokens with the name of their application and their scopes."""
        return [
            (self.identify(_usable_token(token)), _describe(token))
            for token in _find_usable_tokens(user)
        ]

    def oldest_minted_at(self) -> datetime | None:
        """Return the time of the oldest usable token or code."""
        return _lifetimes.oldest_minted_at()

    def related_tokens(self, token: TokenRef) -> Iterable[TokenRef]:
        """Return the other tokens of the same authorization (RFC 7009, section 2.1)."""
        return self.related_tokens_many([token])

    def related_tokens_many(self, tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
        named = {token.key for token in tokens}
        refs = map(self.identify, find_active_family([token.identifier for token in tokens]))
        return [ref for ref in refs if ref.key not in named]

    def delete_stored(self, token: TokenRef) -> None:
        self.delete_stored_many([token])

    def delete_stored_many(self, tokens: Sequence[TokenRef]) -> None:
        """Mark refresh tokens as revoked and delete the others, as OAuth Toolkit does."""
        access, refresh, id_token = map(_storage.rows, _storage.models())
        identifiers = [token.identifier for token in tokens]
        revoked_at = native(now())
        # In the order in which OAuth Toolkit locks the rows.
        unrevoked = refresh.filter(token_checksum__in=identifiers, revoked=None)
        unrevoked.update(revoked=revoked_at, updated=revoked_at)
        access.filter(token_checksum__in=identifiers).delete()
        jtis = _storage.parse_jtis(identifiers)
        if jtis:
            id_token.filter(jti__in=jtis).delete()

    def claims(self, token: Any) -> Mapping[str, Any]:
        audience = getattr(token, "resource", None)
        return {"scope": token.scope, **({"aud": audience} if audience else {})}

    def check(self) -> list[CheckMessage]:
        return list(_checks.messages())

    def get_view_replacement(self, route: Any) -> str:
        """Return the replacement for a view of OAuth Toolkit without the check."""
        replacement: str = _checks.entry_points().view_replacement(route)
        return replacement


def _find_usable_tokens(user: Any) -> Any:
    """Return the access tokens of ``user`` that are valid, or can be refreshed."""
    refresh = _storage.refresh_token_lookup()
    refreshable = Q(**{f"{refresh}__isnull": False, f"{refresh}__revoked": None})
    tokens = _storage.access_tokens().filter(user_id=user.pk)
    return tokens.filter(Q(expires__gt=timezone.now()) | refreshable)


def _describe(token: Any) -> dict[str, Any]:
    application = token.application
    return {
        "application": application and application.name,
        "scopes": token.scope.split(),
    }


def _usable_token(access_token: Any) -> Any:
    is_expired = aware(access_token.expires) <= now()
    if not is_expired:
        return access_token
    refresh_token = _storage.get_refresh_token(access_token)
    refresh_token.access_token = access_token
    refresh_token.application = access_token.application
    return refresh_token
