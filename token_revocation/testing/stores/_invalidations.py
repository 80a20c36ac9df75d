"""Tests of invalidations that race with lookups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.testing._databases import called_after_query
from token_revocation.testing.stores._lookups import LookupTestCase, make_token
from token_revocation.tokens import EVERYONE, Subject, TokenRef

Revoke = Callable[[TokenRef], object]

SESSION = Subject.session("invalidated")

REVOCATIONS: tuple[tuple[str, Revoke], ...] = (
    ("token", services.revoke),
    ("session", lambda token: services.revoke_session(SESSION.id)),
    ("everyone", lambda token: services.revoke_everyone()),
)


class InvalidationTests(LookupTestCase):
    """A cached result is never used after an invalidation."""

    def test_result_read_before_a_revocation_is_not_cached_after_it(self) -> None:
        """The revocation commits between the query of a lookup and the write to the cache."""
        for name, revoke in REVOCATIONS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                self.is_revoked(make_token())  # Fills the caches of the store in advance.
                with called_after_query(partial(self.commit, revoke, token)):
                    self.is_revoked(token)
                self.assert_rejected(token)

    def test_result_read_before_the_commit_of_a_revocation_is_not_cached(self) -> None:
        for name, revoke in REVOCATIONS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                self.is_revoked(make_token())
                with (
                    self.on_commit_executed(),
                    transaction.atomic(),
                    called_after_query(partial(revoke, token)),
                ):
                    self.is_revoked(token)
                self.update_store()
                self.assert_rejected(token)

    def test_invalidation_without_a_change_has_no_effect(self) -> None:
        token, revoked = make_token(subjects=(SESSION,)), make_token()
        self.commit(services.revoke, revoked)
        for _ in range(2):
            get_store().invalidate([token.key, revoked.key, SESSION.key, EVERYONE.key])
            self.assert_accepted(token)
            self.assert_rejected(revoked)
