from __future__ import annotations

from tests.browser.admin import run_action
from tests.factories import AuthTokenFactory, UserFactory
from token_revocation.models import RevokedToken

TOKENS = "/admin/authtoken/tokenproxy/"


def test_selected_token_is_revoked(visit, superuser):
    alice = AuthTokenFactory(user=UserFactory(username="alice")).user
    AuthTokenFactory(user=UserFactory(username="bob"))

    page = visit(TOKENS, superuser)
    run_action(page, "alice", "Revoke selected tokens")

    page.get_by_text("1 token was revoked.").wait_for()
    assert RevokedToken.objects.get().user == alice
