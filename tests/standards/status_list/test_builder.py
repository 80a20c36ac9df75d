from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model

from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list._allocation import status_claim
from token_revocation.standards.status_list._builder import revoked_indices
from token_revocation.standards.status_list.models import StatusList
from token_revocation.testing._databases import failing_database
from token_revocation.tokens import Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_issuer")]


def list_token(token):
    """List ``token`` and return a function that tells whether it is revoked."""
    index = status_claim(token)["status_list"]["idx"]
    return lambda: index in revoked_indices(StatusList.objects.get())


def test_new_token_is_not_revoked(make):
    assert not list_token(make())()


def test_only_the_revoked_token_is_set(make):
    token = make()
    revoked, other = list_token(token), list_token(make())
    services.revoke(token)
    assert (revoked(), other()) == (True, False)


def test_tokens_of_a_revoked_session_are_set(make):
    token = make()
    revoked, other = list_token(token), list_token(make())
    services.revoke_session(token.subject("session").id)
    assert (revoked(), other()) == (True, False)


def test_tokens_before_a_cutoff_of_the_user_are_set(make):
    revoked, other = list_token(make()), list_token(make(subjects=(Subject.user(2),)))
    services.revoke_all(get_user_model()(pk=1))
    later = list_token(make())
    assert (revoked(), other(), later()) == (True, False, False)


@pytest.mark.parametrize("with_session", [True, False])
def test_kept_token_is_not_set(make, with_session):
    user = Subject.user(1)
    kept = make() if with_session else make(subjects=(user,))
    spared, others = list_token(kept), [list_token(make()), list_token(make(subjects=(user,)))]
    services.revoke_all(get_user_model()(pk=1), keep=kept)
    assert spared() is False
    assert [other() for other in others] == [True, True]


def test_list_is_correct_without_use_tz(make, settings):
    settings.USE_TZ = False
    settings.TIME_ZONE = "America/New_York"
    revoked = list_token(make())
    services.revoke_all(get_user_model()(pk=1))
    later = list_token(make())
    assert (revoked(), later()) == (True, False)


def test_tokens_of_a_revoked_client_or_of_everyone_are_set(make):
    client = list_token(make(subjects=(Subject.client("c"),)))
    services.revoke_client("c")
    assert client()
    anybody = list_token(make(subjects=()))
    services.revoke_everyone()
    assert anybody()


def test_number_of_queries_is_constant(make, django_assert_num_queries):
    for _ in range(5):
        token = make()
        status_claim(token)
        services.revoke(token)
    found = StatusList.objects.get()
    with django_assert_num_queries(6):
        assert len(revoked_indices(found)) == 5


def test_database_failure_raises_unavailable(make):
    status_claim(make())
    found = StatusList.objects.get()
    with failing_database(), pytest.raises(RevocationUnavailable):
        revoked_indices(found)
