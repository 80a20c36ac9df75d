"""Which tokens are refused, and which are not."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction

from token_revocation import services
from token_revocation.clock import now
from token_revocation.testing.stores.asking import Asking, make_token
from token_revocation.testing.subjects import cut_off
from token_revocation.tokens import EVERYONE, Subject

SECOND = timedelta(seconds=1)
SESSION = Subject.session("kept")

SUBJECTS = (Subject.user(7), Subject.session("7"), Subject.client("7"), EVERYONE)


class Facts(Asking):
    """A token is refused if it was revoked, or a subject of it cut off, and in no other case."""

    def test_a_token_that_nobody_revoked_is_accepted(self) -> None:
        self.assert_accepted(make_token())

    def test_a_revoked_token_is_refused_and_no_other(self) -> None:
        token, sibling = make_token(), make_token()
        self.after(services.revoke, token)
        self.assert_refused(token)
        self.assert_accepted(sibling)

    def test_the_same_identifier_in_another_namespace_is_another_token(self) -> None:
        token = make_token(issuer="a", identifier="1")
        self.after(services.revoke, token)
        self.assert_refused(token)
        self.assert_accepted(make_token(issuer="b", identifier="1"))
        self.assert_accepted(make_token(kind="other", issuer="a", identifier="1"))

    def test_a_cutoff_ends_what_was_issued_before_it_and_nothing_after(self) -> None:
        for subject in SUBJECTS:
            with self.subTest(subject.type):
                before = make_token(subjects=(subject,), issued_at=now() - SECOND)
                self.assert_accepted(before)
                self.after(cut_off, subject)
                self.assert_refused(before)
                self.assert_accepted(make_token(subjects=(subject,), issued_at=now() + SECOND))

    def test_a_cutoff_of_another_subject_is_none_of_its_business(self) -> None:
        token = make_token(subjects=(Subject.user("1"), Subject.session("2")))
        self.after(services.revoke_session, "1")
        self.after(services.revoke_client, "2")
        self.assert_accepted(token)

    def test_a_token_without_a_time_of_issue_is_older_than_every_cutoff(self) -> None:
        token = make_token(issued_at=None)
        self.assert_accepted(token)
        self.after(services.revoke_everyone)
        self.assert_refused(token)

    def test_the_moment_of_a_cutoff_itself_is_refused(self) -> None:
        cutoff = self.after(services.revoke_session, "s")
        session = (Subject.session("s"),)
        self.assert_refused(make_token(subjects=session, issued_at=cutoff.not_before))
        later = cutoff.not_before + timedelta(microseconds=1)
        self.assert_accepted(make_token(subjects=session, issued_at=later))

    def test_the_latest_cutoff_counts(self) -> None:
        self.after(services.revoke_session, "s")
        between = make_token(subjects=(Subject.session("s"),))
        self.assert_accepted(between)
        self.after(services.revoke_session, "s")
        self.assert_refused(between)

    def test_a_cutoff_spares_the_token_or_the_session_it_keeps(self) -> None:
        user = get_user_model()(pk=1)
        of_user = Subject.user(1)
        for subjects in ((of_user,), (of_user, SESSION)):
            with self.subTest(subjects):
                kept = make_token(subjects=subjects)
                other = make_token(subjects=(of_user, Subject.session("other")))
                self.after(services.revoke_all, user, keep=kept)
                self.assert_accepted(kept)
                self.assert_refused(other)

    def test_a_revocation_that_is_rolled_back_never_was(self) -> None:
        token = make_token()
        with self.committing(), transaction.atomic():
            services.revoke(token)
            transaction.set_rollback(True)
        self.settle()
        self.assert_accepted(token)
