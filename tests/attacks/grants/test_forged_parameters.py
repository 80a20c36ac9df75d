"""Request parameters named after internal attributes change neither time nor grant of a token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from tests.attacks.grants.flows import CODE_FLOWS, PASSWORD, Flow, is_rejected
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form, get_protected
from token_revocation import services

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0"),
    pytest.mark.filterwarnings("ignore:The PKCE"),
]

FORGED = {
    "granted_at": "9999-01-01T00:00:00Z",
    "created": "9999-01-01T00:00:00Z",
    "token_revocation_origin": "x",
    "refresh_token_instance": "x",
    "is_code_used": "1",
    "response_type": "token",
    "device_code": "x",
    "code": "x",
    "user": "1",
    "id_token": "x",
}


@pytest.mark.parametrize("grant_type", ["password", "client_credentials"])
def test_a_client_cannot_date_its_tokens(client, make_client, user, grant_type):
    # oauthlib sets each request parameter as an attribute of its Request object.
    application = make_client(grant_type.replace("_", "-"))
    data = {"grant_type": grant_type, "username": user.username, "password": PASSWORD}
    answer = client.post("/o/token/", **client_form(application, SECRET, **data, **FORGED))
    raw = answer.json()["access_token"]
    assert services.resolve(raw).issued_at < timezone.now() + timedelta(seconds=1)
    services.revoke_everyone()
    assert client.get("/anonymous/", headers={"Authorization": f"Bearer {raw}"}).status_code == 401


@pytest.mark.parametrize("flow", CODE_FLOWS)
def test_a_parameter_does_not_replace_validated_data(start_flow, flow):
    flow = start_flow(flow)
    code = flow.obtain()
    services.revoke_all(flow.user)
    sent = {"grant_type", "code", "device_code", "redirect_uri"}
    post, extra = flow.token, {k: v for k, v in FORGED.items() if k not in sent}
    flow.token = lambda **data: post(**{**extra, **data})
    assert is_rejected(flow.exchange(code))


@pytest.mark.parametrize("response_type", ["token", "id_token token"])
def test_a_parameter_of_the_authorization_endpoint_does_not_date_tokens(
    client, start_flow, response_type
):
    class ImplicitFlow(Flow):
        grant_type = "implicit"

    flow = start_flow(ImplicitFlow)
    raw = flow.authorize(response_type, **{k: v for k, v in FORGED.items() if k != "response_type"})
    services.revoke_all(flow.user)
    assert get_protected(client, raw["access_token"]).status_code == 401
