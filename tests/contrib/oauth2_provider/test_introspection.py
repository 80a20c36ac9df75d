from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.standards.presenting import present
from token_revocation.standards.rfc7662 import describe


def said(raw):
    accepted = present(raw, [RevocableOAuth2Authentication])
    return accepted and describe(accepted)


def test_a_token_of_a_user(make_access_token, application, user):
    make_access_token("opaque")
    known = said("opaque")
    assert (known["active"], known["username"]) == (True, user.username)
    assert (known["client_id"], known["scope"]) == (application.client_id, "read")


@pytest.mark.spec("RFC 7662", "2.2")
def test_a_token_of_a_client_that_acts_for_itself_has_no_user_name(make_access_token, application):
    make_access_token("opaque", of=None)
    known = said("opaque")
    assert (known["active"], known["client_id"]) == (True, application.client_id)
    assert not {"sub", "username"} & set(known)
