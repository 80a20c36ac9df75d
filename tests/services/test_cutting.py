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
from token_revocation.testing.databases import failing_database
from token_revocation.tokens import EVERYONE, Subject

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def of(*subjects):
    return make_token(subjects=subjects, issued_at=now() - SECOND)


@pytest.mark.parametrize(
    ("cut_off", "subject"),
    [
        (lambda: services.revoke_session("s"), Subject.session("s")),
        (lambda: services.revoke_client("c"), Subject.client("c")),
        (services.revoke_everyone, EVERYONE),
    ],
)
def test_one_row_ends_all_that_a_subject_holds(cut_off, subject):
    tokens = [of(subject), of(Subject.user(1), subject)]
    cutoff = cut_off()
    assert TokenCutoff.objects.get() == cutoff
    assert (cutoff.key, cutoff.subject_type) == (subject.key, subject.type)
    assert [services.is_revoked(token) for token in tokens] == [True, True]
    assert services.is_revoked(of(Subject.session("t"))) is (subject == EVERYONE)


def test_each_call_is_a_row_of_its_own_and_none_is_changed():
    first = services.revoke_session("s", reason="first")
    services.revoke_session("s", reason="second")
    assert list(TokenCutoff.objects.values_list("reason", flat=True)) == ["first", "second"]
    before = first.not_before
    first.refresh_from_db()
    assert first.not_before == before


def test_a_user_is_logged_out_everywhere_whatever_the_number_of_tokens(user):
    tokens = [of(Subject.user(user.pk)) for _ in range(3)]
    services.revoke_all(user)
    assert TokenCutoff.objects.count() == 1
    assert all(map(services.is_revoked, tokens))
    assert not services.is_revoked(of(Subject.user(user.pk + 1)))


def test_a_stored_token_that_a_login_would_give_again_is_deleted(token, user):
    services.revoke_all(user)
    assert not Token.objects.exists()
    assert RevokedToken.objects.get().user == user


def test_the_token_that_is_kept_is_not(token, user):
    other = of(Subject.user(user.pk))
    services.revoke_all(user, keep=AuthTokenAdapter().identify(token))
    assert Token.objects.get() == token
    assert not services.is_revoked(AuthTokenAdapter().identify(token))
    assert services.is_revoked(other)


def test_keeping_a_token_of_another_kind_keeps_no_stored_one(token, user):
    kept = of(Subject.user(user.pk), Subject.session("s"))
    services.revoke_all(user, keep=kept)
    assert not services.is_revoked(kept)
    assert not services.is_revoked(of(Subject.user(user.pk), Subject.session("s")))
    assert not Token.objects.exists()


def test_what_was_kept_ends_with_the_next_cutoff(token, user):
    kept = AuthTokenAdapter().identify(token)
    services.revoke_all(user, keep=kept)
    services.revoke_all(user)
    assert services.is_revoked(kept)


def test_a_session_of_the_user_ends_by_its_own_cutoff_too(user):
    kept = of(Subject.user(user.pk), Subject.session("s"))
    services.revoke_all(user, keep=kept)
    services.revoke_session("s")
    assert services.is_revoked(kept)


@pytest.mark.parametrize("nobody", [AnonymousUser(), UserFactory.build()])
def test_nobody_cannot_be_logged_out(nobody):
    with pytest.raises(ValueError, match="no primary key"):
        services.revoke_all(nobody)
    assert not TokenCutoff.objects.exists()


def test_all_of_it_is_stored_or_nothing(token, user):
    with pytest.raises(RevocationUnavailable), failing_database("INSERT INTO", "revokedtoken"):
        services.revoke_all(user)
    assert not TokenCutoff.objects.exists()
    assert Token.objects.get() == token


def test_what_a_transaction_takes_back_was_never_cut_off(user):
    token = of(Subject.user(user.pk))
    with transaction.atomic():
        services.revoke_all(user)
        assert services.is_revoked(token)
        transaction.set_rollback(True)
    assert not services.is_revoked(token)


def test_a_deleted_user_can_be_logged_out(user):
    """The instance is all that is left, and its tokens may live on elsewhere."""
    token = of(Subject.user(user.pk))
    pk = user.pk
    user.delete()
    user.pk = pk
    services.revoke_all(user)
    assert services.is_revoked(token)


def test_a_login_after_a_cutoff_gives_a_token_that_lives(user):
    AuthTokenFactory(user=user)
    services.revoke_all(user)
    assert not services.is_revoked(services.issue(user).ref)
