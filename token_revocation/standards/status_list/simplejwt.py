"""Token classes and serializers of simplejwt with a status list index.

The endpoints that issue them are in :mod:`token_revocation.standards.status_list.token_urls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rest_framework_simplejwt.tokens import AccessToken, Token

from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.simplejwt import SimpleJWTAdapter, _claims, serializers
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
)
from token_revocation.standards.status_list import _session_places as places
from token_revocation.standards.status_list._allocation import status_claim, update_listing
from token_revocation.tokens import TokenRef


class StatusListMixin(Token):
    """Mixin for token classes; a token gets its index when it is encoded.

    With the app ``token_revocation.sessions``, all tokens of a session have one index. A token that
    a refresh issues copies it from the refresh token.

    Attributes:
        adapter: The adapter that identifies the tokens. Replace it if they have more subjects
            than that of simplejwt knows.
    """

    adapter: ClassVar[TokenAdapter] = SimpleJWTAdapter()
    no_copy_claims: tuple[str, ...]
    _listed: TokenRef | None = None
    _is_derived = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A token derived from this one gets its own index (section 13.2), or that of the session.
        cls.no_copy_claims = (*getattr(cls, "no_copy_claims", ()), "status")

    def set_exp(self, *args: Any, **kwargs: Any) -> None:
        self._drop_own_index()
        super().set_exp(*args, **kwargs)

    def set_iat(self, *args: Any, **kwargs: Any) -> None:
        self._drop_own_index()
        super().set_iat(*args, **kwargs)

    def __str__(self) -> str:
        # simplejwt encodes a refresh token once before a serializer adds its claims.
        if "status" in self.payload and self._listed is not None:
            self._check_listing(self._listed)
        if "status" not in self.payload:
            self._assign_index()
        return super().__str__()

    def _prepare_session(self) -> None:
        """Allocate the index of a new session, before its first token is recorded."""
        super()._prepare_session()  # type: ignore[misc]
        if self._can_share_index():
            self._set_session_index(places.new_session_claim(self._identify_session()))

    def _assign_index(self) -> None:
        if not self.payload.get(_claims.get_identifier_claim()):
            # The fallback identifier is derived from all claims, which would include the index.
            raise ValueError("A token in a status list must have a jti.")
        # Other tokens keep their ``jti``, which the row of the session contains.
        if self.token_type == AccessToken.token_type and self._can_share_index():
            claim = places.session_claim(self.adapter.identify(self))
            self._set_session_index(claim, is_derived=True)
        else:
            self._listed, self._is_derived = self.adapter.identify(self), False
            self.payload["status"] = status_claim(self._listed)

    def _can_share_index(self) -> bool:
        jti = self.payload.get(_claims.get_identifier_claim())
        return places.is_replaceable(jti) and places.has_session(self.adapter.identify(self))

    def _set_session_index(self, claim: Mapping[str, Any], *, is_derived: bool = False) -> None:
        self.payload["status"] = claim
        self.payload[_claims.get_identifier_claim()] = places.new_identifier(claim)
        self._listed, self._is_derived = self.adapter.identify(self), is_derived

    def _names_index(self) -> bool:
        """Return whether the index is that of the session."""
        jti = self.payload.get(_claims.get_identifier_claim())
        return places.names_index(jti, self.payload.get("status"))

    def _drop_own_index(self) -> None:
        """Drop the index, as a token with a new date is another token (rotation, sliding)."""
        if not self._names_index():
            self.payload.pop("status", None)

    def _check_listing(self, previous: TokenRef) -> None:
        """Adapt the row to claims that other code has changed, or drop an index it cannot keep."""
        if not places.names_index(previous.identifier, self.payload["status"]):
            self._listed = self.adapter.identify(self)
            if self._listed != previous:
                update_listing(previous.key, self._listed.key, self._listed)
        elif not self._names_index() or (self._is_derived and not self._has_subjects_of(previous)):
            del self.payload["status"]
        elif not self._is_derived:
            self._update_session(previous)

    def _update_session(self, previous: TokenRef) -> None:
        self._listed = self.adapter.identify(self)
        if self._listed != previous:
            old, new = (places.session_key(token) for token in (previous, self._listed))
            update_listing(old, new, self._identify_session())

    def _has_subjects_of(self, previous: TokenRef) -> bool:
        token = self.adapter.identify(self)
        return (token.subjects, token.issued_at) == (previous.subjects, previous.issued_at)

    def _identify_session(self) -> TokenRef:
        """Return the reference of this token, with the time when the session is over."""
        token = self.adapter.identify(self)
        # An access token may be issued just before its refresh token expires.
        lifetime: Any = getattr(self, "access_token_class", type(self)).lifetime
        return replace(token, expires_at=token.expires_at and token.expires_at + lifetime)


class ListedAccessToken(StatusListMixin, RevocableAccessToken):
    """An access token with a status list index."""


class ListedRefreshToken(StatusListMixin, RevocableRefreshToken):  # type: ignore[misc]
    """A refresh token with a status list index; its access tokens have one, too."""

    access_token_class = ListedAccessToken

    @property
    def access_token(self) -> Any:
        """A new access token of the session, with its index if this token has it."""
        access: Any = super().access_token
        if (
            isinstance(access, StatusListMixin)
            and self._names_index()
            and access._can_share_index()
        ):
            access._set_session_index(self.payload["status"], is_derived=True)
        return access


class ListedSlidingToken(StatusListMixin, RevocableSlidingToken):  # type: ignore[misc]
    """A sliding token with a status list index."""


class ListedTokenObtainPairSerializer(serializers.RevocableTokenObtainPairSerializer):
    """Issue listed access and refresh tokens for credentials."""

    token_class = ListedRefreshToken


class ListedTokenRefreshSerializer(serializers.RevocableTokenRefreshSerializer):
    """Issue listed tokens for a refresh token, which need not be listed."""

    token_class = ListedRefreshToken


class ListedTokenObtainSlidingSerializer(serializers.RevocableTokenObtainSlidingSerializer):
    """Issue a listed sliding token for credentials."""

    token_class = ListedSlidingToken


class ListedTokenRefreshSlidingSerializer(serializers.RevocableTokenRefreshSlidingSerializer):
    """Issue a listed sliding token for a sliding token, which need not be listed."""

    token_class = ListedSlidingToken
