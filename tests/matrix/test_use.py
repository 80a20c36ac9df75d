"""Each kind of token: who presents one that was ended is heard, also where its row is gone."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from tests.matrix.events import EVENTS
from tests.matrix.kinds import KINDS
from tests.matrix.login import Login

OF_THE_ACCOUNT = {"the account is deactivated", "the user is deleted"}
"""Its package refuses the token for these, and does not ask us."""

COMBINATIONS = [(kind, event) for kind in KINDS for event in EVENTS if event not in OF_THE_ACCOUNT]

# Nothing is left of it by which we would know what was presented.
COMBINATIONS.remove(
    ("oauth2_provider, ID token", "\u201cRevoke selected tokens\u201d in the admin")
)


@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "event"), COMBINATIONS)
def test_to_present_what_was_ended_is_heard(kind, event, heard):
    login = Login.of(kind)
    presented = import_string(login.kind.adapter)().read(login.held.api)
    if EVENTS[event](login) is None:
        pytest.skip("It cannot happen to this kind.")
    heard.clear()
    answer = login.client().get(login.path("protected/"))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_revoked")
    assert [told["token"].key for told in heard] == [presented.key]
