from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AuthTokenFactory, UserFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff

REVOKED = "/admin/token_revocation/revokedtoken/"
CUTOFFS = "/admin/token_revocation/tokencutoff/"
TOKENS = "/admin/authtoken/tokenproxy/"


def revoke(token, **cause):
    ref = AuthTokenAdapter().identify(token)
    services.revoke(ref, **cause)
    return RevokedToken.objects.get(key=ref.key)


def shown(page):
    return set(page.context["cl"].queryset)


@pytest.fixture
def alice_and_bob(db):
    return [
        revoke(AuthTokenFactory(user=UserFactory(username=name, email=f"{name}@example.org")))
        for name in ("alice", "bob")
    ]


@pytest.mark.parametrize("attribute", ["identifier", "user_ref"])
def test_revoked_token_is_found_by_its_columns(superuser_client, alice_and_bob, attribute):
    alice, _ = alice_and_bob
    page = superuser_client.get(REVOKED, {"q": getattr(alice, attribute)})
    assert shown(page) == {alice}


@pytest.mark.parametrize("text", ["alice", "alice@example.org"])
def test_revoked_token_is_found_by_its_user(superuser_client, alice_and_bob, text):
    assert shown(superuser_client.get(REVOKED, {"q": text})) == {alice_and_bob[0]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "authtoken"}, {"theft", "logout"}),
        ({"kind": "jwt"}, set()),
        ({"reason": "logout"}, {"logout"}),
        ({"in_force": "yes"}, {"theft"}),
        ({"in_force": "no"}, {"logout"}),
        ({}, {"theft", "logout"}),
    ],
)
def test_revoked_tokens_are_filtered(superuser_client, query, found):
    revoke(AuthTokenFactory(), reason="theft")
    row = revoke(AuthTokenFactory(), reason="logout")
    RevokedToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(days=1))

    page = superuser_client.get(REVOKED, query)

    assert {row.reason for row in shown(page)} == found


def test_known_reasons_have_labels_and_others_are_shown_unchanged(superuser_client):
    revoke(AuthTokenFactory(), reason="logout")
    revoke(AuthTokenFactory(), reason="role_changed")

    page = superuser_client.get(REVOKED).text

    assert "logged out" in page
    assert "role_changed" in page


def test_cutoffs_are_found_by_their_subject(superuser_client):
    services.revoke_session("s1")
    services.revoke_everyone()
    assert {str(c) for c in shown(superuser_client.get(CUTOFFS))} == {"session s1", "everyone"}
    assert {str(c) for c in shown(superuser_client.get(CUTOFFS, {"q": "s1"}))} == {"session s1"}


def test_query_count_does_not_depend_on_the_number_of_rows(
    superuser_client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            superuser_client.get(REVOKED)
        return len(captured)

    revoke(AuthTokenFactory(), revoked_by=UserFactory())
    superuser_client.get(REVOKED)
    before = queries()
    for _ in range(9):
        revoke(AuthTokenFactory(), revoked_by=UserFactory())
    assert queries() == before


@pytest.mark.parametrize("path", [REVOKED, CUTOFFS])
def test_rows_cannot_be_changed(superuser_client, alice_and_bob, path):
    services.revoke_everyone()
    row = {REVOKED: RevokedToken, CUTOFFS: TokenCutoff}[path].objects.first()

    assert superuser_client.get(f"{path}{row.pk}/change/").status_code == 200
    assert superuser_client.post(f"{path}{row.pk}/change/", {"note": "x"}).status_code == 403


def test_list_requires_view_permission(staff_client):
    assert staff_client().get(REVOKED).status_code == 403
    assert staff_client("token_revocation.view_revokedtoken").get(REVOKED).status_code == 200


def test_pages_do_not_contain_token_keys(superuser_client, token, user):
    before = superuser_client.get(TOKENS).text
    row = revoke(token)
    pages = [superuser_client.get(path).text for path in (REVOKED, f"{REVOKED}{row.pk}/change/")]

    assert user.get_username() in before
    assert token.key not in "".join([before, *pages])


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_token_has_no_detail_page(superuser_client, token, user, page):
    response = superuser_client.get(f"{TOKENS}{user.pk}/{page}/")
    assert response.status_code in {302, 403, 404}
    assert token.key not in response.text


def test_tokens_cannot_be_added(superuser_client):
    assert superuser_client.get(f"{TOKENS}add/").status_code == 403


def test_tokens_are_found_by_user_name(superuser_client):
    wanted, _ = AuthTokenFactory(), AuthTokenFactory()
    page = superuser_client.get(TOKENS, {"q": wanted.user.get_username()})
    assert [found.pk for found in shown(page)] == [wanted.user.pk]


def test_user_with_revoked_tokens_can_be_deleted(superuser_client, token, user):
    row = revoke(token, revoked_by=user)
    meta = type(user)._meta

    path = f"/admin/{meta.app_label}/{meta.model_name}/{user.pk}/delete/"
    response = superuser_client.post(path, {"post": "yes"})

    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.user, row.revoked_by, row.user_ref) == (None, None, str(user.pk))


def test_row_with_a_missing_user_is_shown(superuser_client, token):
    row = revoke(token)
    RevokedToken.objects.filter(pk=row.pk).update(user_id=row.user_id + 10_000)
    assert superuser_client.get(f"{REVOKED}{row.pk}/change/").status_code == 200
    assert shown(superuser_client.get(REVOKED)) == {row}
