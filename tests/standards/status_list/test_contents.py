from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model

from tests.views.failing import failing_database
from token_revocation import services
from token_revocation.exceptions import RevocationUnavailable
from token_revocation.standards.status_list.contents import revoked_indices
from token_revocation.standards.status_list.issuing import status_claim
from token_revocation.standards.status_list.models import StatusList
from token_revocation.tokens import Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("us")]


def listed(token):
    """Whether the list says what the store says: revoked."""
    index = status_claim(token)["status_list"]["idx"]
    return lambda: index in revoked_indices(StatusList.objects.get())


def test_nothing_is_revoked_at_first(make):
    assert not listed(make())()


def test_a_revoked_token_is_set_and_no_other(make):
    token = make()
    ended, other = listed(token), listed(make())
    services.revoke(token)
    assert (ended(), other()) == (True, False)


def test_a_session_that_ended_is_set(make):
    token = make()
    ended, other = listed(token), listed(make())
    services.revoke_session(token.subject("session").id)
    assert (ended(), other()) == (True, False)


def test_a_user_who_was_logged_out_everywhere_is_set(make):
    ended, other = listed(make()), listed(make(subjects=(Subject.user(2),)))
    services.revoke_all(get_user_model()(pk=1))
    later = listed(make())
    assert (ended(), other(), later()) == (True, False, False)


@pytest.mark.parametrize("with_session", [True, False])
def test_what_a_cutoff_keeps_is_not_set(make, with_session):
    user = Subject.user(1)
    kept = make() if with_session else make(subjects=(user,))
    spared, others = listed(kept), [listed(make()), listed(make(subjects=(user,)))]
    services.revoke_all(get_user_model()(pk=1), keep=kept)
    assert spared() is False
    assert [other() for other in others] == [True, True]


def test_a_project_whose_moments_are_naive_has_the_same_list(make, settings):
    settings.USE_TZ = False
    settings.TIME_ZONE = "America/New_York"
    ended = listed(make())
    services.revoke_all(get_user_model()(pk=1))
    later = listed(make())
    assert (ended(), later()) == (True, False)


def test_the_end_of_a_client_and_of_everything_is_set(make):
    client = listed(make(subjects=(Subject.client("c"),)))
    services.revoke_client("c")
    assert client()
    anybody = listed(make(subjects=()))
    services.revoke_everyone()
    assert anybody()


def test_the_number_of_questions_is_constant(make, django_assert_num_queries):
    for _ in range(5):
        token = make()
        status_claim(token)
        services.revoke(token)
    found = StatusList.objects.get()
    with django_assert_num_queries(5):
        assert len(revoked_indices(found)) == 5


def test_when_nobody_can_say_it_does_not_guess(make):
    status_claim(make())
    found = StatusList.objects.get()
    with failing_database(), pytest.raises(RevocationUnavailable):
        revoked_indices(found)
