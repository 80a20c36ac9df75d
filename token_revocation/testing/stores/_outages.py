"""Tests of lookups while the database fails."""

from __future__ import annotations

from contextlib import suppress

from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores import get_store
from token_revocation.testing._databases import failing_database
from token_revocation.testing.stores._lookups import LookupTestCase, make_token
from token_revocation.tokens import EVERYONE


class OutageTests(LookupTestCase):
    """A store never guesses: it raises ``RevocationUnavailable`` if it cannot know."""

    def test_lookup_without_a_database_raises(self) -> None:
        with failing_database(), self.assertRaises(RevocationUnavailable):
            self.is_revoked(make_token())

    def test_outage_accepts_no_revoked_token(self) -> None:
        token = make_token()
        self.commit(services.revoke, token)
        with failing_database(), suppress(RevocationUnavailable):
            self.assertTrue(self.is_revoked(token))
        self.assert_rejected(token)

    def test_outage_rejects_no_valid_token(self) -> None:
        token = make_token()
        with failing_database(), suppress(RevocationUnavailable):
            self.assertFalse(self.is_revoked(token))
        self.assert_accepted(token)

    def test_invalidation_never_raises(self) -> None:
        keys = [make_token().key, EVERYONE.key]
        with failing_database():
            for invalidated in ([], keys, [*keys, *keys], iter(keys)):
                get_store().invalidate(invalidated)
