"""Tests of unusual identifiers and of many subjects."""

from __future__ import annotations

from django.db import connections, router
from django.test.utils import CaptureQueriesContext

from token_revocation import services
from token_revocation.models import RevokedToken
from token_revocation.testing.stores._lookups import LookupTestCase, make_token
from token_revocation.tokens import Subject, TokenRef

UNUSUAL_NAMES = ("", " ", "\x00", "%s", "'\"\\", "a b:c", "é", "😀", "\ud800", "x" * 10_000)

MANY_SUBJECTS = tuple(Subject.session(str(number)) for number in range(20))


class TokenShapeTests(LookupTestCase):
    """A store accepts every identifier and any number of subjects."""

    def test_unusual_identifiers(self) -> None:
        for identifier in UNUSUAL_NAMES:
            with self.subTest(ascii(identifier[:10])):
                token = make_token(identifier=identifier)
                self.assert_accepted(token)
                self.commit(services.revoke, token)
                self.assert_rejected(token)

    def test_unusual_subject_ids(self) -> None:
        for name in UNUSUAL_NAMES:
            with self.subTest(ascii(name[:10])):
                token = make_token(subjects=(Subject.session(name),))
                self.assert_accepted(token)
                self.commit(services.revoke_session, name)
                self.assert_rejected(token)

    def test_cutoff_of_the_last_of_many_subjects_applies(self) -> None:
        token = make_token(subjects=MANY_SUBJECTS)
        self.assert_accepted(token)
        self.commit(services.revoke_session, MANY_SUBJECTS[-1].id)
        self.assert_rejected(token)

    def test_number_of_queries_does_not_depend_on_subjects(self) -> None:
        self.is_revoked(make_token())
        without, with_many = make_token(), make_token(subjects=MANY_SUBJECTS)
        self.assertEqual(self.count_queries(without), self.count_queries(with_many))

    def count_queries(self, token: TokenRef) -> int:
        """Return the number of queries of the first lookup of ``token``."""
        database = connections[router.db_for_write(RevokedToken)]
        with CaptureQueriesContext(database) as queries:
            self.is_revoked(token)
        return len(queries)
