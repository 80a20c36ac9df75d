"""Every verb in a database that the caller names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import AuthTokenFactory
from tests.hearing import hearing
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_cut_off, token_revoked
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db(databases=["default", "other"])


def stored(using):
    return (RevokedToken.objects.using(using).count(), TokenCutoff.objects.using(using).count())


def test_a_token_is_revoked_there_and_not_here():
    token = make_token()
    assert services.revoke(token, using="other")
    assert (stored("default"), stored("other")) == ((0, 0), (1, 0))
    assert services.is_revoked(token, using="other")
    assert not services.is_revoked(token)
    assert services.revoke(token)


def test_of_two_calls_there_the_second_finds_it_done():
    token = make_token()
    assert [services.revoke(token, using="other") for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("cut_off", "subject"),
    [
        (lambda **using: services.revoke_session("s", **using), Subject.session("s")),
        (lambda **using: services.revoke_client("c", **using), Subject.client("c")),
        (services.revoke_everyone, Subject.user(1)),
    ],
)
def test_a_subject_is_cut_off_there_and_not_here(cut_off, subject):
    token = make_token(subjects=(subject,), issued_at=now() - SECOND)
    assert cut_off(using="other")._state.db == "other"
    assert services.is_revoked(token, using="other")
    assert not services.is_revoked(token)


def test_a_user_is_logged_out_there(user):
    token = AuthTokenAdapter().identify(AuthTokenFactory(user=user))
    services.revoke_all(user, using="other", revoked_by=user)
    assert (stored("default"), stored("other")) == ((0, 0), (1, 1))
    assert services.is_revoked(token, using="other")


def test_the_session_of_a_token_ends_there():
    token = make_token(subjects=(Subject.session("s"),), issued_at=now() - SECOND)
    services.log_out(token, using="other")
    assert (stored("default"), stored("other")) == ((0, 0), (0, 1))


def test_what_is_active_is_decided_there(user):
    AuthTokenFactory(user=user)
    services.revoke_everyone(using="other")
    assert len(services.active_tokens(user)) == 1
    assert services.active_tokens(user, using="other") == []


def test_the_purge_goes_there():
    for using in ("default", "other"):
        services.revoke(make_token(), using=using)
        RevokedToken.objects.using(using).update(expires_at=now() - timedelta(days=1))
    assert services.purge(using="other") == 1
    assert (stored("default"), stored("other")) == ((1, 0), (0, 0))


def test_it_is_told_once_that_database_has_committed(django_capture_on_commit_callbacks):
    heard = hearing(token_revoked, subject_cut_off, name="using")
    with heard as told, django_capture_on_commit_callbacks(using="other", execute=True):
        services.revoke(make_token(), using="other")
        services.revoke_everyone(using="other")
        assert told == []
    assert told == ["other", "other"]
