"""Services with the ``using`` argument."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import AuthTokenFactory
from tests.signals import capture_signals
from token_revocation import services
from token_revocation.clock import now
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.signals import subject_revoked, token_revoked
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

SECOND = timedelta(seconds=1)

pytestmark = [
    pytest.mark.django_db(databases=["default", "other"]),
    pytest.mark.usefixtures("_callers"),
]


def count_rows(using):
    return (RevokedToken.objects.using(using).count(), TokenCutoff.objects.using(using).count())


def test_token_is_revoked_only_in_given_database():
    token = make_token()
    assert services.revoke(token, using="other")
    assert (count_rows("default"), count_rows("other")) == ((0, 0), (1, 0))
    assert services.is_revoked(token, using="other")
    assert not services.is_revoked(token)
    assert services.revoke(token)


def test_second_call_with_using_returns_false():
    token = make_token()
    assert [services.revoke(token, using="other") for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("revoke_subject", "subject"),
    [
        (lambda **using: services.revoke_session("s", **using), Subject.session("s")),
        (lambda **using: services.revoke_client("c", **using), Subject.client("c")),
        (services.revoke_everyone, Subject.user(1)),
    ],
)
def test_cutoff_is_stored_only_in_given_database(revoke_subject, subject):
    token = make_token(subjects=(subject,), issued_at=now() - SECOND)
    assert revoke_subject(using="other")._state.db == "other"
    assert services.is_revoked(token, using="other")
    assert not services.is_revoked(token)


def test_user_is_logged_out_in_given_database(user):
    token = AuthTokenAdapter().identify(AuthTokenFactory(user=user))
    services.revoke_all(user, using="other", revoked_by=user)
    assert (count_rows("default"), count_rows("other")) == ((0, 0), (1, 1))
    assert services.is_revoked(token, using="other")


def test_session_is_revoked_in_given_database():
    token = make_token(subjects=(Subject.session("s"),), issued_at=now() - SECOND)
    services.log_out(token, using="other")
    assert (count_rows("default"), count_rows("other")) == ((0, 0), (0, 1))


def test_active_tokens_are_read_from_given_database(user):
    AuthTokenFactory(user=user)
    services.revoke_everyone(using="other")
    assert len(services.active_tokens(user)) == 1
    assert services.active_tokens(user, using="other") == []


def test_purge_deletes_from_given_database():
    for using in ("default", "other"):
        services.revoke(make_token(), using=using)
        RevokedToken.objects.using(using).update(expires_at=now() - timedelta(days=1))
    assert services.purge(using="other") == 1
    assert (count_rows("default"), count_rows("other")) == ((1, 0), (0, 0))


def test_signals_are_sent_after_commit_of_given_database(django_capture_on_commit_callbacks):
    capture = capture_signals(token_revoked, subject_revoked, argument="using")
    with capture as signals, django_capture_on_commit_callbacks(using="other", execute=True):
        services.revoke(make_token(), using="other")
        services.revoke_everyone(using="other")
        assert signals == []
    assert signals == ["other", "other"]
