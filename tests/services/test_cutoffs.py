from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from rest_framework.authtoken.models import Token

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import EVERYONE, Subject

SECOND = timedelta(seconds=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_callers")]


def make_token_of(*subjects):
    return make_token(subjects=subjects, issued_at=now() - SECOND)


@pytest.mark.parametrize(
    ("revoke_subject", "subject"),
    [
        (lambda: services.revoke_session("s"), Subject.session("s")),
        (lambda: services.revoke_client("c"), Subject.client("c")),
        (services.revoke_everyone, EVERYONE),
    ],
)
def test_one_cutoff_revokes_all_tokens_of_subject(revoke_subject, subject):
    tokens = [make_token_of(subject), make_token_of(Subject.user(1), subject)]
    cutoff = revoke_subject()
    assert TokenCutoff.objects.get() == cutoff
    assert (cutoff.key, cutoff.subject_type) == (subject.key, subject.type)
    assert [services.is_revoked(token) for token in tokens] == [True, True]
    assert services.is_revoked(make_token_of(Subject.session("t"))) is (subject == EVERYONE)


def test_each_call_inserts_its_own_row():
    first = services.revoke_session("s", reason="first")
    services.revoke_session("s", reason="second")
    assert list(TokenCutoff.objects.values_list("reason", flat=True)) == ["first", "second"]
    before = first.not_before
    first.refresh_from_db()
    assert first.not_before == before


def test_revoke_all_revokes_every_token_of_user_in_one_row(user):
    tokens = [make_token_of(Subject.user(user.pk)) for _ in range(3)]
    services.revoke_all(user)
    assert TokenCutoff.objects.count() == 1
    assert all(map(services.is_revoked, tokens))
    assert not services.is_revoked(make_token_of(Subject.user(user.pk + 1)))


def test_reusable_stored_token_is_deleted(token, user):
    services.revoke_all(user)
    assert not Token.objects.exists()
    assert RevokedToken.objects.get().user == user


def test_kept_stored_token_is_not_deleted(token, user):
    other = make_token_of(Subject.user(user.pk))
    services.revoke_all(user, keep=AuthTokenAdapter().identify(token))
    assert Token.objects.get() == token
    assert not services.is_revoked(AuthTokenAdapter().identify(token))
    assert services.is_revoked(other)


def test_stored_token_is_deleted_if_token_of_other_kind_is_kept(token, user):
    kept = make_token_of(Subject.user(user.pk), Subject.session("s"))
    services.revoke_all(user, keep=kept)
    assert not services.is_revoked(kept)
    assert not services.is_revoked(make_token_of(Subject.user(user.pk), Subject.session("s")))
    assert not Token.objects.exists()


def test_next_cutoff_revokes_kept_token(token, user):
    kept = AuthTokenAdapter().identify(token)
    services.revoke_all(user, keep=kept)
    services.revoke_all(user)
    assert services.is_revoked(kept)


def test_session_cutoff_revokes_kept_session(user):
    kept = make_token_of(Subject.user(user.pk), Subject.session("s"))
    services.revoke_all(user, keep=kept)
    services.revoke_session("s")
    assert services.is_revoked(kept)


@pytest.mark.parametrize("unsaved", [AnonymousUser(), UserFactory.build()])
def test_user_without_primary_key_cannot_be_logged_out(unsaved):
    with pytest.raises(ValueError, match="without a primary key"):
        services.revoke_all(unsaved)
    assert not TokenCutoff.objects.exists()


def test_failed_insert_rolls_back_cutoff(token, user):
    with pytest.raises(RevocationUnavailable), failing_database("INSERT INTO", "revokedtoken"):
        services.revoke_all(user)
    assert not TokenCutoff.objects.exists()
    assert Token.objects.get() == token


def test_rolled_back_cutoff_does_not_revoke(user):
    token = make_token_of(Subject.user(user.pk))
    with transaction.atomic():
        services.revoke_all(user)
        assert services.is_revoked(token)
        transaction.set_rollback(True)
    assert not services.is_revoked(token)


def test_deleted_user_can_be_logged_out(user):
    """Other hosts may still accept stateless tokens of the user."""
    token = make_token_of(Subject.user(user.pk))
    pk = user.pk
    user.delete()
    user.pk = pk
    services.revoke_all(user)
    assert services.is_revoked(token)


def test_token_issued_after_cutoff_is_accepted(user):
    AuthTokenFactory(user=user)
    services.revoke_all(user)
    assert not services.is_revoked(services.issue(user).ref)
