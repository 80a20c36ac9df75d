"""Client authentication at the revocation endpoint."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

import pytest

pytest.importorskip("oauth2_provider")

from tests.contrib.oauth2_provider.assertions import (
    assert_invalid_client,
    assert_invalid_request,
    is_nothing_stored,
)
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import get_protected

SPEC = "RFC 7009"

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_client_secret_can_be_sent_in_the_body(post, log_in, client):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert post({"token": grant.access, **names}).status_code == 200
    assert get_protected(client, grant.access).status_code == 401


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_client_secret_in_the_url_is_ignored(post, log_in):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert_invalid_client(post({"token": grant.access}, query=f"?{urlencode(names)}"))


@pytest.mark.spec(SPEC, "2.1")
def test_public_client_is_identified_by_client_id(post, public, client):
    answer = post({"token": public.access, "client_id": public.application.client_id})
    assert answer.status_code == 200
    assert get_protected(client, public.access).status_code == 401


@pytest.mark.spec(SPEC, "2.1")
def test_public_client_cannot_revoke_tokens_of_another_client(post, public, make_application):
    other = make_application("two")
    type(other).objects.filter(pk=other.pk).update(client_type="public")
    answer = post({"token": public.access, "client_id": other.client_id})
    assert answer.status_code == 200
    assert is_nothing_stored()


@pytest.mark.spec(SPEC, "2.1")
def test_confidential_client_must_authenticate(post, log_in):
    grant = log_in()
    assert_invalid_client(post({"token": grant.access, "client_id": grant.application.client_id}))


@pytest.mark.spec("RFC 6749", "5.2")
def test_wrong_client_secret_gets_invalid_client(revoke, post, log_in):
    grant = log_in()
    assert_invalid_client(revoke(grant, secret="wrong"))
    names = {"client_id": grant.application.client_id, "client_secret": "wrong"}
    assert_invalid_client(post({"token": grant.access, **names}))


@pytest.mark.spec("RFC 6749", "5.2")
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer something",
        "Basic",
        "Basic !",
        "Basic \xe9",
        "Basic " + b64encode(b"\xff:\xff").decode(),
        "Basic " + b64encode(b"unknown").decode(),
        "Basic " + b64encode(b"unknown:a\x00b").decode(),
    ],
)
def test_unknown_client_gets_invalid_client(post, log_in, authorization):
    assert_invalid_client(post({"token": log_in().access}, authorization))


@pytest.mark.spec("RFC 9110", "11.1")
def test_authentication_scheme_is_case_insensitive(post, log_in):
    grant = log_in()
    pair = b64encode(f"{grant.application.client_id}:{SECRET}".encode()).decode()
    assert post({"token": grant.access}, f"bASIC {pair}").status_code == 200
    assert not is_nothing_stored()


def test_client_id_in_the_body_does_not_replace_a_wrong_header(post, public):
    names = {"client_id": public.application.client_id}
    assert_invalid_client(post({"token": public.access, **names}, "Basic !"))


@pytest.mark.spec("RFC 6749", "2.3")
def test_two_client_authentication_methods_are_rejected(revoke, log_in):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert_invalid_request(revoke(grant, **names))


@pytest.mark.spec("RFC 6749", "3.2")
def test_repeated_client_id_is_rejected(post, public):
    names = [("client_id", public.application.client_id)] * 2
    assert_invalid_request(post([("token", public.access), *names]))


@pytest.mark.parametrize("name", ["\x00", "a\x00b"])
def test_client_id_with_nul_gets_invalid_client(post, log_in, name):
    grant = log_in()
    assert_invalid_client(post({"token": grant.access, "client_id": name}))
    assert_invalid_client(post({"token": grant.access, "client_id": name, "client_secret": "x"}))
