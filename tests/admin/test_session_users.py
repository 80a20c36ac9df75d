"""Cutoffs of sessions are found by the user of the session."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.admin.test_search import found, search
from tests.factories import UserFactory
from token_revocation import services
from token_revocation.models import TokenCutoff
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

CUTOFFS = "/admin/token_revocation/tokencutoff/"


@pytest.fixture
def alice(db):
    return UserFactory(username="alice", email="alice@example.org")


def log_in(user, session="s1"):
    return make_token(subjects=(Subject.user(user.pk), Subject.session(session)))


def log_out(user):
    services.log_out(log_in(user))


def log_out_many(user):
    services.log_out_many(
        [log_in(UserFactory(username="bob", email="bob@example.org"), "s2"), log_in(user)]
    )


def revoke_session(user):
    services.revoke_session("s1", user=user)


@pytest.mark.parametrize("end", [log_out, log_out_many, revoke_session])
@pytest.mark.parametrize("text", ["alice", "alice@example.org", "{0.pk}"])
def test_search_finds_the_cutoff_of_a_session(superuser_client, alice, end, text):
    end(alice)
    page = search(superuser_client, text.format(alice), CUTOFFS)
    assert {cutoff.subject_id for cutoff in found(page)} == {"s1"}
    assert '<td class="field-user_label">alice</td>' in page.text
    (cutoff,) = found(page)
    assert "alice" in superuser_client.get(f"{CUTOFFS}{cutoff.pk}/change/").text


def test_list_shows_the_user_of_both_kinds_of_cutoffs_without_more_queries(superuser_client, alice):
    services.revoke_all(alice)
    with CaptureQueriesContext(connection) as few:
        superuser_client.get(CUTOFFS)
    for number in range(3):
        services.revoke_session(f"s{number}", user=alice)
    with CaptureQueriesContext(connection) as many:
        page = superuser_client.get(CUTOFFS)
    assert page.text.count('<td class="field-user_label">alice</td>') == 4
    assert len(many) == len(few)


def test_session_of_a_deleted_user_is_found_by_id(superuser_client, alice):
    log_out(alice)
    pk = alice.pk
    alice.delete()
    page = search(superuser_client, str(pk), CUTOFFS)
    assert "s1" in {cutoff.subject_id for cutoff in found(page)}
    assert f'<td class="field-user_label">{pk}</td>' in page.text


@pytest.mark.parametrize("text", ["x", "\x00", "9" * 30])
def test_search_accepts_any_text(superuser_client, alice, text):
    log_out(alice)
    assert found(search(superuser_client, text, CUTOFFS)) <= {TokenCutoff.objects.get()}


def test_user_may_be_unknown_or_have_no_primary_key(db):
    services.revoke_session("s1")
    services.revoke_session("s1", user=UserFactory.build())
    services.log_out(make_token(subjects=(Subject.session("s2"),)))
    assert {cutoff.session_user_id for cutoff in TokenCutoff.objects.all()} == {None}


def test_cutoff_of_a_session_rejects_no_other_token_of_the_user(alice):
    token = Token.objects.create(user=alice)
    log_out(alice)
    client = APIClient(headers={"authorization": f"Token {token.key}"})
    assert client.get("/protected/").status_code == 200
