"""The base class of adapters, and the adapters in use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from token_revocation.conf import settings
from token_revocation.entry_points import TokenEntryPoints
from token_revocation.retention import TokenRetention
from token_revocation.storage import TokenStorage
from token_revocation.tokens import IssuedToken, TokenRef


class TokenAdapter(TokenStorage, TokenRetention, TokenEntryPoints, ABC):
    """Converts the tokens of a package to :class:`TokenRef`.

    Only :meth:`identify` must be implemented; the defaults of the other members are safe. An
    instance is shared by all threads and has no state.
    """

    kind: ClassVar[str]
    """The name of the kind, unique among the adapters in use, of at most 32 characters."""

    admin_classes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Dotted paths of admin classes by model label. They replace the admin of a package whose pages
    show secrets; an admin of the project is not replaced."""

    subject_types: ClassVar[tuple[str, ...]] = ("user",)
    """The subject types of tokens of this kind, besides everyone. A cutoff is kept for the lifetime
    of the kinds that have its type."""

    @property
    def rotates_tokens(self) -> bool:
        """Whether each refresh replaces the refresh token of a session.

        A session then counts as used when it is refreshed, and its access tokens write nothing.
        """
        return False

    @property
    def admin_models(self) -> tuple[str, ...]:
        """The labels of models whose changelist gets "Revoke selected tokens"."""
        return ()

    @property
    def issuer(self) -> str:
        """The ``iss`` of tokens that are issued here, or ``""``."""
        return ""

    @abstractmethod
    def identify(self, token: Any) -> TokenRef:
        """Return the reference of a validated token, without a query.

        Args:
            token: The token, as the package sets ``request.auth``.

        Raises:
            NotRevocable: The token has no identifier.
        """

    def identify_many(self, tokens: Sequence[Any]) -> Iterable[TokenRef]:
        """Return the references of ``tokens``, rows of one model, in the same order."""
        return map(self.identify, tokens)

    def resolve(self, raw: str) -> TokenRef | None:
        """Return the token encoded in ``raw``, including expired and revoked ones.

        Args:
            raw: A string for which :func:`~token_revocation.tokens.is_presentable` is true.

        Returns:
            The reference, or ``None`` if ``raw`` is not an authentic token of this kind.
        """
        return None

    def resolve_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        """Return the authentic tokens in ``raws``, in fewer queries than :meth:`resolve`.

        Args:
            raws: Strings, each as :meth:`resolve` accepts it.
        """
        return filter(None, map(self.resolve, raws))

    def issue(self, user: Any) -> IssuedToken | None:
        """Issue a token to a user.

        Args:
            user: A user whose credentials were just verified.

        Returns:
            The new token; ``None``, the default, if this adapter issues none.
        """
        return None

    def claims(self, token: Any) -> Mapping[str, Any]:
        """Return public claims of a token, such as ``scope`` (RFC 7662, section 2.2).

        Args:
            token: The accepted token, as the package sets ``request.auth``.
        """
        return {}


@cache
def get_adapters() -> Mapping[str, TokenAdapter]:
    """Return the adapters in ``ADAPTERS`` by kind, in that order."""
    adapters: Iterable[TokenAdapter] = [import_string(path)() for path in settings.ADAPTERS]
    return MappingProxyType({adapter.kind: adapter for adapter in adapters})


def own_issuer(kind: str) -> str:
    """Return the issuer of the tokens of ``kind`` that are issued here, or ``""``."""
    adapter = get_adapters().get(kind)
    return adapter.issuer if adapter else ""


def _clear_adapters(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        get_adapters.cache_clear()


setting_changed.connect(_clear_adapters)
