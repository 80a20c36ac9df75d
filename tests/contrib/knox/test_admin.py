"""The admin of knox's tokens."""

from __future__ import annotations

import pytest

pytest.importorskip("knox")

from knox.admin import AuthTokenAdmin
from knox.models import AuthToken

from tests.contrib.knox.protected_view import get_response
from token_revocation.models import Reason, RevokedToken

PAGE = "/admin/knox/authtoken/"


@pytest.fixture
def admin_client(serve_admin, knox_in_use):
    return serve_admin({AuthToken: AuthTokenAdmin})


def test_only_the_selected_token_is_revoked(admin_client, create_token):
    (token, raw), (_, other) = create_token(), create_token()
    data = {"action": "revoke_selected_tokens", "_selected_action": [token.pk]}
    page = admin_client.post(PAGE, data, follow=True)
    assert "1 token was revoked." in page.text
    assert RevokedToken.objects.get().reason == Reason.ADMIN
    assert get_response(raw).data["code"] == "token_revoked"
    assert get_response(other).status_code == 200


def test_admin_pages_contain_no_part_of_a_token(admin_client, create_token, user):
    token, _ = create_token()
    page = admin_client.get(PAGE, {"q": user.get_username()})
    assert user.get_username() in page.text
    assert token.token_key not in page.text


@pytest.mark.parametrize("page", ["add/", "{}/change/", "{}/delete/", "{}/history/"])
def test_admin_has_no_page_for_a_single_token(admin_client, create_token, page):
    token, _ = create_token()
    response = admin_client.get(PAGE + page.format(token.pk))
    assert response.status_code in {302, 403, 404}
    assert token.token_key not in response.text
