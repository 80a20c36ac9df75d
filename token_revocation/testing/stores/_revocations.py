"""Tests of which tokens are rejected."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from token_revocation import services
from token_revocation.clock import now
from token_revocation.testing._subjects import revoke_subject
from token_revocation.testing.stores._lookups import LookupTestCase, make_token
from token_revocation.tokens import EVERYONE, Subject

SECOND = timedelta(seconds=1)
SESSION = Subject.session("kept")

SUBJECTS = (Subject.user(7), Subject.session("7"), Subject.client("7"), EVERYONE)


class RevocationTests(LookupTestCase):
    """A token is rejected if it is revoked or one of its subjects has a cutoff."""

    def test_unrevoked_token_is_accepted(self) -> None:
        self.assert_accepted(make_token())

    def test_only_the_revoked_token_is_rejected(self) -> None:
        token, sibling = make_token(), make_token()
        self.commit(services.revoke, token)
        self.assert_rejected(token)
        self.assert_accepted(sibling)

    def test_rotated_refresh_token_is_rejected(self) -> None:
        token, successor = (make_token(is_refresh_token=True) for _ in range(2))
        self.assert_accepted(token)
        self.commit(services.rotate, token, successor)
        self.assert_rejected(token)
        self.assert_accepted(successor)

    def test_same_identifier_of_another_issuer_or_kind_is_accepted(self) -> None:
        token = make_token(issuer="a", identifier="1")
        self.commit(services.revoke, token)
        self.assert_rejected(token)
        self.assert_accepted(make_token(issuer="b", identifier="1"))
        self.assert_accepted(make_token(kind="other", issuer="a", identifier="1"))

    def test_cutoff_rejects_only_tokens_issued_before_it(self) -> None:
        for subject in SUBJECTS:
            with self.subTest(subject.type):
                before = make_token(subjects=(subject,), issued_at=now() - SECOND)
                self.assert_accepted(before)
                self.commit(revoke_subject, subject)
                self.assert_rejected(before)
                self.assert_accepted(make_token(subjects=(subject,), issued_at=now() + SECOND))

    def test_cutoff_of_another_subject_has_no_effect(self) -> None:
        token = make_token(subjects=(Subject.user("1"), Subject.session("2")))
        self.commit(services.revoke_session, "1")
        self.commit(services.revoke_client, "2")
        self.assert_accepted(token)

    def test_token_without_a_time_of_issue_is_rejected_by_every_cutoff(self) -> None:
        token = make_token(issued_at=None)
        self.assert_accepted(token)
        self.commit(services.revoke_everyone)
        self.assert_rejected(token)

    def test_token_issued_at_the_time_of_a_cutoff_is_rejected(self) -> None:
        cutoff = self.commit(services.revoke_session, "s")
        session = (Subject.session("s"),)
        self.assert_rejected(make_token(subjects=session, issued_at=cutoff.not_before))
        later = cutoff.not_before + timedelta(microseconds=1)
        self.assert_accepted(make_token(subjects=session, issued_at=later))

    def test_latest_cutoff_applies(self) -> None:
        self.commit(services.revoke_session, "s")
        between = make_token(subjects=(Subject.session("s"),))
        self.assert_accepted(between)
        self.commit(services.revoke_session, "s")
        self.assert_rejected(between)

    def test_cutoff_accepts_the_token_or_session_it_keeps(self) -> None:
        user = get_user_model()(pk=1)
        of_user = Subject.user(1)
        for subjects in ((of_user,), (of_user, SESSION)):
            with self.subTest(subjects):
                kept = make_token(subjects=subjects)
                other = make_token(subjects=(of_user, Subject.session("other")))
                self.commit(services.revoke_all, user, keep=kept)
                self.assert_accepted(kept)
                self.assert_rejected(other)

    def test_rolled_back_revocation_has_no_effect(self) -> None:
        token = make_token()
        with self.on_commit_executed(), transaction.atomic():
            services.revoke(token)
            transaction.set_rollback(True)
        self.update_store()
        self.assert_accepted(token)
