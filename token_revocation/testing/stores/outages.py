"""When nobody can answer, the store says that, and nothing else."""

from __future__ import annotations

from contextlib import suppress

from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.stores import get_store
from token_revocation.testing.databases import failing_database
from token_revocation.testing.stores.asking import Asking, make_token
from token_revocation.tokens import EVERYONE


class Outages(Asking):
    """A database that fails: 503 for what is not known, and no guess."""

    def test_a_store_that_knows_nothing_and_cannot_ask_says_so(self) -> None:
        with failing_database(), self.assertRaises(RevocationUnavailable):
            self.ask(make_token())

    def test_an_outage_lets_no_revoked_token_in(self) -> None:
        token = make_token()
        self.after(services.revoke, token)
        with failing_database(), suppress(RevocationUnavailable):
            self.assertTrue(self.ask(token))
        self.assert_refused(token)

    def test_an_outage_ends_no_other_token(self) -> None:
        token = make_token()
        with failing_database(), suppress(RevocationUnavailable):
            self.assertFalse(self.ask(token))
        self.assert_accepted(token)

    def test_hearing_of_news_never_raises(self) -> None:
        keys = [make_token().key, EVERYONE.key]
        with failing_database():
            for news in ([], keys, [*keys, *keys], iter(keys)):
                get_store().publish(news)
