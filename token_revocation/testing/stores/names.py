"""Tokens of every shape cost the same."""

from __future__ import annotations

from django.db import connections, router
from django.test.utils import CaptureQueriesContext

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing.stores.asking import Asking, make_token
from token_revocation.tokens import Subject, TokenRef

ODD = ("", " ", "\x00", "%s", "'\"\\", "a b:c", "é", "😀", "\ud800", "x" * 10_000)

MANY = tuple(Subject.session(str(number)) for number in range(20))


class Names(Asking):
    """Whatever an identifier holds, and however many subjects a token has."""

    def test_an_identifier_may_be_odd(self) -> None:
        for identifier in ODD:
            with self.subTest(identifier[:10]):
                token = make_token(identifier=identifier)
                self.assert_accepted(token)
                self.after(services.revoke, token)
                self.assert_refused(token)

    def test_a_subject_may_be_odd(self) -> None:
        for name in ODD:
            with self.subTest(name[:10]):
                token = make_token(subjects=(Subject.session(name),))
                self.assert_accepted(token)
                self.after(services.revoke_session, name)
                self.assert_refused(token)

    def test_the_last_of_many_subjects_counts(self) -> None:
        token = make_token(subjects=MANY)
        self.assert_accepted(token)
        self.after(services.revoke_session, MANY[-1].id)
        self.assert_refused(token)

    def test_subjects_cost_no_queries(self) -> None:
        self.ask(make_token())
        alone, sociable = make_token(), make_token(subjects=MANY)
        self.assertEqual(self.queries_for(alone), self.queries_for(sociable))

    def queries_for(self, token: TokenRef) -> int:
        """How many queries the first question about ``token`` takes."""
        database = connections[router.db_for_write(RevokedToken)]
        with CaptureQueriesContext(database) as queries:
            self.ask(token)
        return len(queries)
