"""Endpoints, admin and purge with the revocations in a separate database."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from tests.separate_database import REVOCATION_DATABASE
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken, TokenCutoff

pytestmark = [
    pytest.mark.django_db(databases=["default", REVOCATION_DATABASE]),
    pytest.mark.usefixtures("separate_database"),
]
CUTOFFS = "/admin/token_revocation/tokencutoff/"
REVOKED = "/admin/token_revocation/revokedtoken/"


@pytest.fixture
def revoked(token):
    services.revoke(AuthTokenAdapter().identify(token), revoked_by=token.user)
    return RevokedToken.objects.get()


def test_logout_revokes_the_token(holder):
    assert holder.post("/auth/logout/").status_code == 204
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_logout_everywhere_revokes_the_token(holder):
    assert holder.post("/auth/logout/all/").status_code == 204
    assert TokenCutoff.objects.using(REVOCATION_DATABASE).count() == 1
    assert holder.get("/protected/").json()["code"] == "token_revoked"


def test_a_new_login_issues_a_valid_token(holder, user, api_client):
    holder.post("/auth/logout/all/")
    login = {"username": user.username, "password": "correct horse"}
    raw = api_client.post("/auth/login/", login).json()["token"]
    assert api_client.get("/auth/tokens/", HTTP_AUTHORIZATION=f"Token {raw}").status_code == 200


def test_deleting_a_user_keeps_the_revocation(revoked, user):
    user.delete()
    revoked.refresh_from_db()
    assert (revoked.user_id, revoked.revoked_by_id) == (None, None)
    assert revoked.user_ref


def test_users_can_be_deleted_in_bulk(revoked):
    User.objects.all().delete()
    revoked.refresh_from_db()
    assert revoked.user_id is None


def test_a_user_is_deleted_in_the_admin(revoked, user, admin_client):
    path = f"/admin/auth/user/{user.pk}/delete/"
    assert admin_client.post(path, {"post": "yes"}).status_code == 302
    revoked.refresh_from_db()
    assert revoked.user_id is None


def test_the_admin_finds_a_revocation_by_user_id(revoked, user, admin_client):
    page = admin_client.get(REVOKED, {"q": str(user.pk)})
    assert list(page.context["cl"].queryset) == [revoked]
    assert f'<td class="field-user_ref">{user.pk}</td>' in page.text


def test_every_admin_page_of_the_package_works(revoked, user, admin_client):
    cutoff = services.revoke_all(user, revoked_by=user)
    for path in (REVOKED, f"{REVOKED}{revoked.pk}/", CUTOFFS, f"{CUTOFFS}{cutoff.pk}/"):
        page = admin_client.get(path, follow=True)
        assert (page.status_code, user.get_username() in page.text) == (200, False)


def test_the_purge_deletes_from_the_separate_database(revoked):
    RevokedToken.objects.update(expires_at="2000-01-01T00:00Z")
    out = StringIO()
    call_command("purge_revoked_tokens", stdout=out)
    assert "Deleted 1 expired revocations." in out.getvalue()
