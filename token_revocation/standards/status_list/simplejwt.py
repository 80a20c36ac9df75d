"""Tokens of simplejwt that say where their state can be looked up.

The endpoints that give them out are in :mod:`token_revocation.standards.status_list.token_urls`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework_simplejwt.tokens import Token

from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.simplejwt import SimpleJWTAdapter, claims, serializers
from token_revocation.contrib.simplejwt.tokens import (
    RevocableAccessToken,
    RevocableRefreshToken,
    RevocableSlidingToken,
)
from token_revocation.standards.status_list.issuing import describe_again, status_claim
from token_revocation.tokens import TokenRef


class StatusListMixin(Token):
    """Put it before a token class of your own; a place is taken when a token is written out.

    ``adapter`` is that of simplejwt, or yours if tokens have more subjects than it knows of.
    """

    adapter: ClassVar[TokenAdapter] = SimpleJWTAdapter()
    no_copy_claims: tuple[str, ...]
    _described: TokenRef | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A token made from this one has a place of its own (section 13.2).
        cls.no_copy_claims = (*getattr(cls, "no_copy_claims", ()), "status")

    def set_exp(self, *args: Any, **kwargs: Any) -> None:
        self._give_up_place()
        super().set_exp(*args, **kwargs)

    def set_iat(self, *args: Any, **kwargs: Any) -> None:
        self._give_up_place()
        super().set_iat(*args, **kwargs)

    def __str__(self) -> str:
        if "status" not in self.payload:
            self._take_place()
        elif self._described is not None:
            self._describe(self._described)
        return super().__str__()

    def _take_place(self) -> None:
        if not self.payload.get(claims.identifier_claim()):
            # What names it instead is made of all its claims, and its place would be one of them.
            raise ValueError("A token in a status list has to have a jti.")
        self._described = self.adapter.identify(self)
        self.payload["status"] = status_claim(self._described)

    def _give_up_place(self) -> None:
        """To date a token anew makes another of it, such as the next of a rotation."""
        self.payload.pop("status", None)

    def _describe(self, before: TokenRef) -> None:
        """simplejwt writes a refresh token out once before a serializer adds its claims."""
        self._described = self.adapter.identify(self)
        if self._described != before:
            describe_again(before, self._described)


class ListedAccessToken(StatusListMixin, RevocableAccessToken):
    """An access token with a place in a list."""


class ListedRefreshToken(StatusListMixin, RevocableRefreshToken):  # type: ignore[misc]
    """A refresh token with a place in a list, and so have its access tokens."""

    access_token_class = ListedAccessToken


class ListedSlidingToken(StatusListMixin, RevocableSlidingToken):  # type: ignore[misc]
    """A sliding token with a place in a list, a new one each time that it is refreshed."""


class ListedTokenObtainPairSerializer(serializers.RevocableTokenObtainPairSerializer):
    """A pair with places, for credentials."""

    token_class = ListedRefreshToken


class ListedTokenRefreshSerializer(serializers.RevocableTokenRefreshSerializer):
    """Tokens with places, for a refresh token; be it one without."""

    token_class = ListedRefreshToken


class ListedTokenObtainSlidingSerializer(serializers.RevocableTokenObtainSlidingSerializer):
    """A sliding token with a place, for credentials."""

    token_class = ListedSlidingToken


class ListedTokenRefreshSlidingSerializer(serializers.RevocableTokenRefreshSlidingSerializer):
    """A sliding token with a place, for one that may be without."""

    token_class = ListedSlidingToken
