"""The contract of a kind of token, and the adapters in use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from django.core.checks import CheckMessage
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from token_revocation.conf import settings
from token_revocation.tokens import IssuedToken, TokenRef


class TokenAdapter(ABC):
    """Turns what a package calls a token into a :class:`TokenRef`.

    One method must be written, :meth:`identify`; the defaults of the others are safe.
    An instance holds no state and is shared by all threads.
    """

    kind: ClassVar[str]
    """The name of the kind, unique among the adapters in use; at most 32 characters."""

    admin_classes: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Dotted paths of the admin classes, by label, that stand in for a package's own where its
    pages show what a client must keep secret. An admin of the project's is left alone."""

    reissues: ClassVar[bool] = False
    """Whether a login returns the stored token of before, so that ending it must delete it."""

    subject_types: ClassVar[tuple[str, ...]] = ("user",)
    """Types of the subjects that tokens of this kind can have, beside everyone. A cutoff is kept
    for the longest :attr:`lifetime` of the kinds that have its type."""

    @property
    def admin_models(self) -> tuple[str, ...]:
        """Labels of the models whose changelist gets "Revoke selected tokens"."""
        return ()

    @property
    def stored_in(self) -> tuple[str, ...]:
        """Labels of the models, and of their proxies, whose rows are tokens of this kind.

        A row that other code deletes, wherever that is, is recorded as a revoked token.
        """
        return ()

    @property
    def issuer(self) -> str:
        """The ``iss`` in tokens of this kind that are issued here; ``""`` where they have none."""
        return ""

    @property
    def lifetime(self) -> timedelta | None:
        """The longest that a token of this kind can be accepted; ``None`` is for ever."""
        return None

    @property
    def leeway(self) -> timedelta:
        """How long past its expiry the issuing package still accepts a token."""
        return timedelta(0)

    @abstractmethod
    def identify(self, token: Any) -> TokenRef:
        """The reference of a token that its package has validated (``request.auth``).

        Reads what is at hand and queries nothing. Raises
        :class:`~token_revocation.exceptions.NotRevocable` if the token has no identifier.
        """

    def identify_many(self, tokens: Sequence[Any]) -> Iterable[TokenRef]:
        """As :meth:`identify`, in the order of ``tokens``, all rows of one model.

        For bulk, in a few queries whatever is not loaded.
        """
        return map(self.identify, tokens)

    def read(self, raw: str) -> TokenRef | None:
        """The reference of an authentic token of this kind, be it expired or revoked.

        ``None`` for everything else. ``raw`` has passed
        :func:`~token_revocation.tokens.is_presentable`.
        """
        return None

    def read_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        """As :meth:`read`, those of ``raws`` that are tokens; for bulk, in fewer queries."""
        return filter(None, map(self.read, raws))

    def issue(self, user: Any) -> IssuedToken | None:
        """A token for ``user``, who has just proved who they are; ``None`` if not ours to do."""
        return None

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """The tokens of ``user`` that the package would accept, as far as it stores them.

        Whatever ``user`` is, its ``pk`` says whose: who comes with a stateless JWT has no row.
        """
        return ()

    def refused_tokens(self, *, batch_size: int) -> Iterable[TokenRef]:
        """The tokens that the package's own record refuses; read ``batch_size`` at a time."""
        return ()

    def relatives(self, token: TokenRef) -> Iterable[TokenRef]:
        """The tokens that end together with ``token``, without ``token`` itself.

        Asked in the transaction that revokes them, before anything of it is destroyed.
        """
        return ()

    def relatives_many(self, tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
        """As :meth:`relatives` of each; for bulk, in fewer queries. May name ``tokens`` as well."""
        return [found for token in tokens for found in self.relatives(token)]

    def destroy(self, token: TokenRef) -> None:
        """Delete what the package stores of a token that was revoked; nothing if it is gone."""
        return

    def destroy_many(self, tokens: Sequence[TokenRef]) -> None:
        """As :meth:`destroy`, for bulk, in fewer queries."""
        for token in tokens:
            self.destroy(token)

    def claims(self, token: Any) -> Mapping[str, Any]:
        """What else a resource server may know of a token that was accepted.

        In the members of RFC 7662, section 2.2, such as ``scope``; no secret.
        """
        return {}

    def check(self) -> list[CheckMessage]:
        """What is wrong with the configuration of this kind."""
        return []


@cache
def get_adapters() -> Mapping[str, TokenAdapter]:
    """The adapters that ``ADAPTERS`` names, by kind, in that order."""
    adapters: Iterable[TokenAdapter] = [import_string(path)() for path in settings.ADAPTERS]
    return MappingProxyType({adapter.kind: adapter for adapter in adapters})


def _forget_adapters(*, setting: str, **kwargs: Any) -> None:
    if setting == "TOKEN_REVOCATION":
        get_adapters.cache_clear()


setting_changed.connect(_forget_adapters)
