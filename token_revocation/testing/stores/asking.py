"""Asking the store under test, and letting it see what was committed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.test import TestCase, override_settings

from token_revocation.clock import now
from token_revocation.stores import RevocationStore, get_store
from token_revocation.testing.configured import configured
from token_revocation.tokens import TokenRef

if TYPE_CHECKING:
    Base = TestCase
else:
    Base = object


def make_token(**parts: Any) -> TokenRef:
    """A token that was issued a moment ago, with an identifier of its own."""
    fresh = {"kind": "contract", "identifier": uuid4().hex, "issued_at": now()}
    return TokenRef(**{**fresh, **parts})


class Asking(Base):
    """A test case with one store in use, new to each test."""

    store: ClassVar[str]
    """Its dotted path, as in the setting ``STORE``."""

    store_options: ClassVar[Mapping[str, Any]] = {}

    def settle(self) -> None:
        """Let the store see what is committed; override it if that takes more than nothing."""

    def setUp(self) -> None:
        super().setUp()
        ours = {"STORE": self.store, "STORE_OPTIONS": self.store_options}
        changed = override_settings(TOKEN_REVOCATION={**configured(), **ours})
        changed.enable()
        self.addCleanup(changed.disable)

    def ask(self, token: TokenRef) -> bool:
        """What the store answers."""
        store: RevocationStore = get_store()
        return store.is_revoked(token)

    def assert_accepted(self, token: TokenRef) -> None:
        """The store says so, twice: what it remembers is what it found."""
        self.assertEqual([self.ask(token), self.ask(token)], [False, False])

    def assert_refused(self, token: TokenRef) -> None:
        """As :meth:`assert_accepted`; nor does the store vouch for the token."""
        self.assertEqual([self.ask(token), self.ask(token)], [True, True])
        self.assertFalse(get_store().vouches_for(token))

    def after(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What ``verb`` returned, once it is committed and the store knows."""
        with self.committing():
            result = verb(*args, **kwargs)
        self.settle()
        return result

    def committing(self) -> AbstractContextManager[Any]:
        """What waits for a commit runs at the end: a ``TestCase`` never commits by itself."""
        capture = getattr(self, "captureOnCommitCallbacks", None)
        return capture(execute=True) if capture else nullcontext()
