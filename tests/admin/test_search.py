"""Search by user, identifier, fingerprint and pasted token."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.admin._search import fingerprint_condition
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken
from token_revocation.testing._databases import failing_database
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
    return {row.user.username if row.user else "": row for row in RevokedToken.objects.all()}


@pytest.mark.parametrize("text", ["alice", "LIC", "alice@example.org", " alice ", "alice@"])
def test_search_finds_user_name_and_email_address(superuser_client, rows, text):
    assert found(search(superuser_client, text)) == {rows["alice"]}


@pytest.mark.parametrize("attribute", ["identifier", "fingerprint", "user_ref"])
def test_search_finds_identifier_fingerprint_and_user_id(superuser_client, rows, attribute):
    row = rows["bob"]
    assert found(search(superuser_client, getattr(row, attribute))) == {row}


def test_search_finds_id_of_a_deleted_user(superuser_client, rows):
    row = rows["bob"]
    row.user.delete()
    assert found(search(superuser_client, row.user_ref)) == {row}


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_empty_search_shows_all_rows(superuser_client, rows, text):
    assert found(search(superuser_client, text)) == set(rows.values())


def test_search_without_match_shows_no_rows(superuser_client, rows):
    assert found(search(superuser_client, "café %_'\"")) == set()


def test_pasted_token_is_replaced_by_its_identifier(superuser_client, token, user, monkeypatch):
    monkeypatch.setattr(AuthTokenAdapter, "delete_stored_many", lambda *args: None)
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref)

    page = search(superuser_client, token.key)

    assert [row.identifier for row in found(page)] == [ref.identifier]
    assert page.redirect_chain == [(f"{REVOKED}?q={ref.identifier}", 302)]
    assert token.key not in page.text


def test_deleted_token_is_found(superuser_client, token):
    raw = token.key
    services.revoke(AuthTokenAdapter().identify(token))
    page = search(superuser_client, raw)
    assert len(found(page)) == 1
    assert raw not in page.text + str(page.redirect_chain)


def test_active_token_is_not_found_and_not_rendered(superuser_client, token):
    page = search(superuser_client, token.key)
    assert found(page) == set()
    assert token.key not in page.text + str(page.redirect_chain)


def test_token_in_the_url_is_replaced_by_its_identifier(superuser_client, token):
    page = superuser_client.get(REVOKED, {"q": token.key, "kind": "authtoken"}, follow=True)
    identifier = AuthTokenAdapter().identify(token).identifier
    assert page.redirect_chain == [(f"{REVOKED}?kind=authtoken&q={identifier}", 302)]
    assert token.key not in page.text


def test_search_keeps_filters_and_resets_the_page(superuser_client, rows):
    page = superuser_client.post(f"{REVOKED}?kind=x&p=2&q=bob", {"q": "alice"})
    assert page.url == f"{REVOKED}?kind=x&q=alice"


def test_failed_search_does_not_render_the_token(superuser_client, token):
    with failing_database("SELECT", "authtoken_token"):
        page = search(superuser_client, token.key)
    assert "Revocation is temporarily unavailable." in page.text
    assert token.key not in page.text + str(page.redirect_chain)


def test_search_requires_view_permission(staff_client, rows):
    assert search(staff_client(), "alice").status_code == 403


def test_search_form_uses_post_with_csrf_token(superuser_client, rows):
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
        ("mallory", set()),
    ],
)
def test_cutoffs_are_found_by_their_subject(superuser_client, text, subjects):
    services.revoke_all(UserFactory(username="alice"))
    services.revoke_session("s1")
    services.revoke_client("app")
    services.revoke_everyone()
    page = search(superuser_client, text, CUTOFFS)
    assert {row.subject_type for row in found(page)} == subjects


def test_cutoff_is_found_by_user_id_and_fingerprint(superuser_client, user):
    row = services.revoke_all(user)
    assert found(search(superuser_client, str(user.pk), CUTOFFS)) == {row}
    assert found(search(superuser_client, row.key.hex[:8], CUTOFFS)) == {row}


@pytest.mark.parametrize("vendor", sorted({"mysql", connection.vendor}))
def test_fingerprint_matches_the_beginning_of_a_key(rows, vendor):
    row = rows["alice"]
    assert list(
        RevokedToken.objects.filter(fingerprint_condition(row.fingerprint, vendor, "key"))
    ) == [row]
