"""The base class of store tests, with lookups in the store under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.test import TestCase

from token_revocation.clock import now
from token_revocation.stores import RevocationStore, get_store
from token_revocation.testing._settings import override_token_revocation
from token_revocation.tokens import TokenRef

if TYPE_CHECKING:
    Base = TestCase
else:
    Base = object


def make_token(**values: Any) -> TokenRef:
    """Return a reference of a new token.

    Args:
        **values: Arguments of :class:`~token_revocation.tokens.TokenRef`, to replace the kind
            ``"contract"``, a random identifier or the current time of issue.
    """
    defaults = {"kind": "contract", "identifier": uuid4().hex, "issued_at": now()}
    return TokenRef(**{**defaults, **values})


class LookupTestCase(Base):
    """A test case with a new store for each test."""

    store: ClassVar[str]
    """The dotted path of the store, as in the setting ``STORE``."""

    store_options: ClassVar[Mapping[str, Any]] = {}
    """The options of the store, as in the setting ``STORE_OPTIONS``."""

    def update_store(self) -> None:
        """Let the store see committed revocations; does nothing by default."""

    def setUp(self) -> None:
        super().setUp()
        override_token_revocation(self, STORE=self.store, STORE_OPTIONS=self.store_options)

    def is_revoked(self, token: TokenRef) -> bool:
        """Return the result of a lookup in the store."""
        store: RevocationStore = get_store()
        return store.is_revoked(token)

    def assert_accepted(self, token: TokenRef) -> None:
        """Assert that two lookups accept ``token``, of which the second may be cached."""
        self.assertEqual([self.is_revoked(token), self.is_revoked(token)], [False, False])

    def assert_rejected(self, token: TokenRef) -> None:
        """Assert that two lookups reject ``token``, and that it is not known to be valid."""
        self.assertEqual([self.is_revoked(token), self.is_revoked(token)], [True, True])
        self.assertFalse(get_store().is_known_valid(token))

    def commit(self, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call ``service``, update the store after its commit, and return the result."""
        with self.on_commit_executed():
            result = service(*args, **kwargs)
        self.update_store()
        return result

    def on_commit_executed(self) -> AbstractContextManager[Any]:
        """Run ``on_commit()`` callbacks at the end, as a ``TestCase`` never commits."""
        capture = getattr(self, "captureOnCommitCallbacks", None)
        return capture(execute=True) if capture else nullcontext()
