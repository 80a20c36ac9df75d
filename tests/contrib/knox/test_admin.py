from __future__ import annotations

import pytest

pytest.importorskip("knox")

from knox.admin import AuthTokenAdmin
from knox.models import AuthToken

from tests.contrib.knox.asking import ask
from token_revocation.models import Reason, RevokedToken

PAGE = "/admin/knox/authtoken/"


@pytest.fixture
def admin_client(serve_admin, knox_in_use):
    return serve_admin({AuthToken: AuthTokenAdmin})


def test_a_selected_token_is_revoked_and_the_other_is_not(admin_client, make):
    (token, raw), (_, other) = make(), make()
    chosen = {"action": "revoke_selected_tokens", "_selected_action": [token.pk]}
    page = admin_client.post(PAGE, chosen, follow=True)
    assert "1 token was revoked." in page.text
    assert RevokedToken.objects.get().reason == Reason.ADMIN
    assert ask(raw).data["code"] == "token_revoked"
    assert ask(other).status_code == 200


def test_no_page_spells_a_part_of_a_token(admin_client, make, user):
    token, _ = make()
    page = admin_client.get(PAGE, {"q": user.get_username()})
    assert user.get_username() in page.text
    assert token.token_key not in page.text


@pytest.mark.parametrize("page", ["add/", "{}/change/", "{}/delete/", "{}/history/"])
def test_there_is_no_page_that_makes_or_shows_one_token(admin_client, make, page):
    token, _ = make()
    answer = admin_client.get(PAGE + page.format(token.pk))
    assert answer.status_code in {302, 403, 404}
    assert token.token_key not in answer.text
