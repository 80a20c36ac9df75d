"""How a client shows who it is, where it ends its tokens."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

import pytest

pytest.importorskip("oauth2_provider")

from tests.contrib.oauth2_provider.asking import ask
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.revoking import (
    assert_invalid_client,
    assert_invalid_request,
    nothing_written,
)

SPEC = "RFC 7009"

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_a_client_may_send_its_secret_in_the_body(post, log_in, client):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert post({"token": grant.access, **names}).status_code == 200
    assert ask(client, grant.access).status_code == 401


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_a_secret_in_the_url_is_not_looked_at(post, log_in):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert_invalid_client(post({"token": grant.access}, query=f"?{urlencode(names)}"))


@pytest.mark.spec(SPEC, "2.1")
def test_a_public_client_says_who_it_is(post, public, client):
    answer = post({"token": public.access, "client_id": public.application.client_id})
    assert answer.status_code == 200
    assert ask(client, public.access).status_code == 401


@pytest.mark.spec(SPEC, "2.1")
def test_a_public_client_ends_no_token_of_another(post, public, make_application):
    other = make_application("two")
    type(other).objects.filter(pk=other.pk).update(client_type="public")
    answer = post({"token": public.access, "client_id": other.client_id})
    assert answer.status_code == 200
    assert nothing_written()


@pytest.mark.spec(SPEC, "2.1")
def test_a_confidential_client_has_to_prove_it(post, log_in):
    grant = log_in()
    assert_invalid_client(post({"token": grant.access, "client_id": grant.application.client_id}))


@pytest.mark.spec("RFC 6749", "5.2")
def test_a_wrong_secret_is_an_invalid_client(revoke, post, log_in):
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
        "Basic " + b64encode(b"nobody").decode(),
        "Basic " + b64encode(b"nobody:a\x00b").decode(),
    ],
)
def test_whoever_is_no_client_is_an_invalid_client(post, log_in, authorization):
    assert_invalid_client(post({"token": log_in().access}, authorization))


@pytest.mark.spec("RFC 9110", "11.1")
def test_the_name_of_the_scheme_has_no_case(post, log_in):
    grant = log_in()
    pair = b64encode(f"{grant.application.client_id}:{SECRET}".encode()).decode()
    assert post({"token": grant.access}, f"bASIC {pair}").status_code == 200
    assert not nothing_written()


def test_an_id_in_the_body_does_not_stand_in_for_a_header_that_is_wrong(post, public):
    names = {"client_id": public.application.client_id}
    assert_invalid_client(post({"token": public.access, **names}, "Basic !"))


@pytest.mark.spec("RFC 6749", "2.3")
def test_two_ways_to_authenticate_are_one_too_many(revoke, log_in):
    grant = log_in()
    names = {"client_id": grant.application.client_id, "client_secret": SECRET}
    assert_invalid_request(revoke(grant, **names))


@pytest.mark.spec("RFC 6749", "3.2")
def test_two_client_ids_are_one_too_many(post, public):
    names = [("client_id", public.application.client_id)] * 2
    assert_invalid_request(post([("token", public.access), *names]))


@pytest.mark.parametrize("name", ["\x00", "a\x00b"])
def test_a_name_that_no_database_stores_is_no_client(post, log_in, name):
    grant = log_in()
    assert_invalid_client(post({"token": grant.access, "client_id": name}))
    assert_invalid_client(post({"token": grant.access, "client_id": name, "client_secret": "x"}))
