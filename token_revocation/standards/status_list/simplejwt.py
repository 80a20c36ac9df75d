"""Token classes and serializers of simplejwt with a status list index.

The endpoints that issue them are in :mod:`token_revocation.standards.status_list.token_urls`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework_simplejwt.tokens import Token

from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.simplejwt import SimpleJWTAdapter, _claims, serializers
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
)
from token_revocation.standards.status_list._allocation import status_claim, update_listing
from token_revocation.tokens import TokenRef


class StatusListMixin(Token):
    """Mixin for token classes; a token gets its index when it is encoded.

    Attributes:
        adapter: The adapter that identifies the tokens. Replace it if they have more subjects
            than that of simplejwt knows.
    """

    adapter: ClassVar[TokenAdapter] = SimpleJWTAdapter()
    no_copy_claims: tuple[str, ...]
    _listed: TokenRef | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A token derived from this one gets its own index (section 13.2).
        cls.no_copy_claims = (*getattr(cls, "no_copy_claims", ()), "status")

    def set_exp(self, *args: Any, **kwargs: Any) -> None:
        self._drop_index()
        super().set_exp(*args, **kwargs)

    def set_iat(self, *args: Any, **kwargs: Any) -> None:
        self._drop_index()
        super().set_iat(*args, **kwargs)

    def __str__(self) -> str:
        if "status" not in self.payload:
            self._assign_index()
        elif self._listed is not None:
            # simplejwt encodes a refresh token once before a serializer adds its claims.
            self._update_listing(self._listed)
        return super().__str__()

    def _assign_index(self) -> None:
        if not self.payload.get(_claims.get_identifier_claim()):
            # The fallback identifier is derived from all claims, which would include the index.
            raise ValueError("A token in a status list must have a jti.")
        self._listed = self.adapter.identify(self)
        self.payload["status"] = status_claim(self._listed)

    def _drop_index(self) -> None:
        """Drop the index, as a token with a new date is another token (rotation, sliding)."""
        self.payload.pop("status", None)

    def _update_listing(self, previous: TokenRef) -> None:
        self._listed = self.adapter.identify(self)
        if self._listed != previous:
            update_listing(previous, self._listed)


class ListedAccessToken(StatusListMixin, RevocableAccessToken):
    """An access token with a status list index."""


class ListedRefreshToken(StatusListMixin, RevocableRefreshToken):  # type: ignore[misc]
    """A refresh token with a status list index; its access tokens have one, too."""

    access_token_class = ListedAccessToken


class ListedSlidingToken(StatusListMixin, RevocableSlidingToken):  # type: ignore[misc]
    """A sliding token with a status list index, a new one after each refresh."""


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
