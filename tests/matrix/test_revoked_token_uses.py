"""Each use of a revoked token sends ``revoked_token_used``, even if its row was deleted."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS
from tests.matrix.login import Login

ACCOUNT_EVENTS = {"account deactivation", "user deletion"}
"""The package of the token rejects it itself, before the revocation is looked up."""

EXPIRY = "end of `SESSION_LIFETIME`"
"""The token expires and is not revoked."""

COMBINATIONS = [
    (kind, event) for kind in KINDS for event in EVENTS if event not in {*ACCOUNT_EVENTS, EXPIRY}
]

# The stored row, which identifies the token, is deleted.
COMBINATIONS.remove(
    ("oauth2_provider, ID token", "\u201cRevoke selected tokens\u201d in the admin")
)

# The session is deleted, or Django rejects it by the hash of the password.
for event in ("`POST logout/`", "`POST logout/all/`", "password change"):
    COMBINATIONS.remove(("browser session", event))


@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "event"), COMBINATIONS)
def test_the_use_of_a_revoked_token_sends_a_signal(kind, event, revoked_token_uses):
    login = Login.create(kind)
    presented = import_string(login.kind.adapter)().resolve(login.tokens.api)
    if EVENTS[event](login) is None:
        pytest.skip("The event does not apply to this kind.")
    revoked_token_uses.clear()
    answer = login.client().get(login.path("protected/"))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert [use["token"].key for use in revoked_token_uses] == [presented.key]
