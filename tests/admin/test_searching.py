"""The search box: by what a person knows, and by what was pasted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.admin.searching import fingerprinted
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken
from token_revocation.testing.databases import failing_database
from token_revocation.tokens import TokenRef

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"


def search(client, text, path=REVOKED):
    return client.post(path, {"q": text}, follow=True)


def found(page):
    return set(page.context["cl"].result_list)


@pytest.fixture
def rows(db):
    services.revoke(TokenRef(kind="x", identifier="Jti-1"))
    for name in ("alice", "bob"):
        user = UserFactory(username=name, email=f"{name}@example.org")
        services.revoke(AuthTokenAdapter().identify(AuthTokenFactory(user=user)))
    return {row.user.username if row.user else "nobody": row for row in RevokedToken.objects.all()}


@pytest.mark.parametrize("text", ["alice", "LIC", "alice@example.org", " alice ", "alice@"])
def test_by_the_name_or_address_of_a_user(superuser_client, rows, text):
    assert found(search(superuser_client, text)) == {rows["alice"]}


@pytest.mark.parametrize("attribute", ["identifier", "fingerprint", "user_ref"])
def test_by_what_the_row_says(superuser_client, rows, attribute):
    row = rows["bob"]
    assert found(search(superuser_client, getattr(row, attribute))) == {row}


def test_by_the_id_of_a_user_who_is_deleted(superuser_client, rows):
    row = rows["bob"]
    row.user.delete()
    assert found(search(superuser_client, row.user_ref)) == {row}


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_nothing_typed_or_nothing_that_could_be_shows_everything(superuser_client, rows, text):
    assert found(search(superuser_client, text)) == set(rows.values())


def test_what_nobody_knows_shows_nothing(superuser_client, rows):
    assert found(search(superuser_client, "café %_'\"")) == set()


def test_a_pasted_token_is_found_by_its_name_and_not_echoed(
    superuser_client, token, user, monkeypatch
):
    monkeypatch.setattr(AuthTokenAdapter, "destroy_many", lambda *args: None)
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref)

    page = search(superuser_client, token.key)

    assert [row.identifier for row in found(page)] == [ref.identifier]
    assert page.redirect_chain == [(f"{REVOKED}?q={ref.identifier}", 302)]
    assert token.key not in page.text


def test_a_token_of_which_its_package_has_nothing_left_is_found_too(superuser_client, token):
    raw = token.key
    services.revoke(AuthTokenAdapter().identify(token))
    page = search(superuser_client, raw)
    assert len(found(page)) == 1
    assert raw not in page.text + str(page.redirect_chain)


def test_a_token_that_works_is_not_found_and_not_echoed(superuser_client, token):
    page = search(superuser_client, token.key)
    assert found(page) == set()
    assert token.key not in page.text + str(page.redirect_chain)


def test_a_token_in_an_address_is_taken_out_of_it(superuser_client, token):
    page = superuser_client.get(REVOKED, {"q": token.key, "kind": "authtoken"}, follow=True)
    identifier = AuthTokenAdapter().identify(token).identifier
    assert page.redirect_chain == [(f"{REVOKED}?kind=authtoken&q={identifier}", 302)]
    assert token.key not in page.text


def test_filters_stay_and_the_page_does_not(superuser_client, rows):
    page = superuser_client.post(f"{REVOKED}?kind=x&p=2&q=bob", {"q": "alice"})
    assert page.url == f"{REVOKED}?kind=x&q=alice"


def test_an_outage_does_not_echo_it_either(superuser_client, token):
    with failing_database("SELECT", "authtoken_token"):
        page = search(superuser_client, token.key)
    assert "Revocation is temporarily unavailable." in page.text
    assert token.key not in page.text + str(page.redirect_chain)


def test_who_may_not_see_cannot_search(staff_client, rows):
    assert search(staff_client(), "alice").status_code == 403


def test_the_box_is_sent_in_the_body_with_a_token_against_forgery(superuser_client, rows):
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser_client.staff)
    page = client.get(REVOKED)
    assert '<form id="changelist-search" method="post"' in page.text
    assert client.post(REVOKED, {"q": "alice"}).status_code == 403
    form = {"q": "alice", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post(REVOKED, form).status_code == 302


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("alice", {"user"}),
        ("s1", {"session"}),
        ("app", {"client"}),
        ("Everyone", {"everyone"}),
        ("nobody", set()),
    ],
)
def test_cutoffs_are_found_by_their_subject(superuser_client, text, subjects):
    services.revoke_all(UserFactory(username="alice"))
    services.revoke_session("s1")
    services.revoke_client("app")
    services.revoke_everyone()
    page = search(superuser_client, text, CUTOFFS)
    assert {row.subject_type for row in found(page)} == subjects


def test_a_cutoff_is_found_by_the_id_of_its_user_and_by_its_fingerprint(superuser_client, user):
    row = services.revoke_all(user)
    assert found(search(superuser_client, str(user.pk), CUTOFFS)) == {row}
    assert found(search(superuser_client, row.key.hex[:8], CUTOFFS)) == {row}


@pytest.mark.parametrize("vendor", sorted({"mysql", connection.vendor}))
def test_a_fingerprint_is_the_beginning_of_a_key(rows, vendor):
    row = rows["alice"]
    assert list(RevokedToken.objects.filter(fingerprinted(row.fingerprint, vendor))) == [row]
