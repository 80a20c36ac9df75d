"""News overtakes an answer on its way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction

from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.testing.databases import overtaken_by
from token_revocation.testing.stores.asking import Asking, make_token
from token_revocation.tokens import EVERYONE, Subject, TokenRef

Act = Callable[[TokenRef], object]

SESSION = Subject.session("overtaken")

ENDINGS: tuple[tuple[str, Act], ...] = (
    ("token", services.revoke),
    ("session", lambda token: services.revoke_session(SESSION.id)),
    ("everyone", lambda token: services.revoke_everyone()),
)


class News(Asking):
    """What is remembered never outlasts a revocation that the store heard of."""

    def test_an_answer_that_a_revocation_overtook_is_not_believed(self) -> None:
        """The reader has asked the database, the revocation commits, and the reader remembers."""
        for name, end in ENDINGS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                with overtaken_by(partial(self.after, end, token)):
                    self.ask(token)
                self.assert_refused(token)

    def test_an_answer_found_while_a_revocation_waits_to_commit_is_not_believed(self) -> None:
        for name, end in ENDINGS:
            with self.subTest(name):
                token = make_token(subjects=(SESSION,))
                with self.committing(), transaction.atomic(), overtaken_by(partial(end, token)):
                    self.ask(token)
                self.settle()
                self.assert_refused(token)

    def test_news_of_nothing_changes_nothing(self) -> None:
        token, revoked = make_token(subjects=(SESSION,)), make_token()
        self.after(services.revoke, revoked)
        for _ in range(2):
            get_store().publish([token.key, revoked.key, SESSION.key, EVERYONE.key])
            self.assert_accepted(token)
            self.assert_refused(revoked)
