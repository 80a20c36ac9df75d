from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from token_revocation.contrib.oauth2_provider import RevocableOAuth2Authentication
from token_revocation.standards._token_authentication import authenticate_token
from token_revocation.standards.rfc7662 import describe_token


def describe_raw(raw):
    accepted = authenticate_token(raw, [RevocableOAuth2Authentication])
    return accepted and describe_token(accepted)


def test_user_token_is_described(make_access_token, application, user):
    make_access_token("opaque")
    known = describe_raw("opaque")
    assert (known["active"], known["username"]) == (True, user.username)
    assert (known["client_id"], known["scope"]) == (application.client_id, "read")


@pytest.mark.spec("RFC 7662", "2.2")
def test_client_credentials_token_has_no_username(make_access_token, application):
    make_access_token("opaque", of=None)
    known = describe_raw("opaque")
    assert (known["active"], known["client_id"]) == (True, application.client_id)
    assert not {"sub", "username"} & set(known)
