"""The tokens that a package stores, as declared by an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from token_revocation.tokens import TokenRef


class TokenStorage:
    """The members of an adapter that list and delete stored tokens. The defaults are safe."""

    reuses_stored_token: ClassVar[bool] = False
    """Whether a login returns the existing token, so that a revoked one must be deleted."""

    stores_logins: ClassVar[bool] = False
    """Whether each new row of :attr:`token_models` is a login, as for tokens of knox. Other logins are
    announced where they are made."""

    @property
    def token_models(self) -> tuple[str, ...]:
        """The labels of models, and of their proxies, whose rows are tokens of this kind.

        A row that any code deletes is recorded as a revoked token.
        """
        return ()

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """The labels (``app_label.Model.field``) of columns that contain secrets.

        The admin rejects every filter by such a column.
        """
        return ()

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """Return the stored tokens of a user that the package accepts.

        Args:
            user: Any object with a ``pk``, as the user of a stateless JWT has no row.
        """
        return ()

    def describe_tokens(self, user: Any) -> Iterable[tuple[TokenRef, Mapping[str, Any]]]:
        """Return the active tokens of a user, each with details for a list of sessions.

        Args:
            user: Any object with a ``pk``.

        Returns:
            Pairs of a token and its ``application`` (a name) and ``scopes`` (a list).
        """
        return ()

    def revoked_tokens(self, *, batch_size: int) -> Iterable[TokenRef]:
        """Return the tokens that the package has recorded as revoked.

        Args:
            batch_size: The number of rows to read at once.
        """
        return ()

    def related_tokens(self, token: TokenRef) -> Iterable[TokenRef]:
        """Return the tokens that are revoked together with ``token``, without itself.

        Called in the transaction that revokes them, before any stored token is deleted.

        Args:
            token: The reference of a token of this kind.
        """
        return ()

    def related_tokens_many(self, tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
        """Return the :meth:`related_tokens` of many tokens, in fewer queries.

        Args:
            tokens: References of tokens of this kind, which may be in the result.
        """
        return [found for token in tokens for found in self.related_tokens(token)]

    def delete_stored(self, token: TokenRef) -> None:
        """Delete the stored row of a revoked token, if it exists.

        Args:
            token: The reference of a token of this kind.
        """
        return

    def delete_stored_many(self, tokens: Sequence[TokenRef]) -> None:
        """Delete the stored rows of revoked tokens, in fewer queries.

        Args:
            tokens: References of tokens of this kind.
        """
        for token in tokens:
            self.delete_stored(token)

    def date_stored(self, token: Any) -> None:
        """Set the creation time of a new row by the database clock.

        Called after each row of :attr:`token_models` is inserted, except by a fixture or by
        ``bulk_create()``.

        Args:
            token: The row of a token.
        """
        return
