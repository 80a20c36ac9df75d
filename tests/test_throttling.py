from __future__ import annotations

from itertools import product

import pytest
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory
from token_revocation import urls
from token_revocation.throttling import LoginThrottle, RevocationThrottle


@pytest.fixture
def rates(settings):
    """Set the project's rates."""

    def set_rates(**rates):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    return set_rates


def statuses(client, path, times):
    return [client.post(path).status_code for _ in range(times)]


def test_the_default_rate_of_revocations():
    throttle = RevocationThrottle()
    assert (throttle.num_requests, throttle.duration) == (120, 60)


def test_the_default_rate_of_logins():
    throttle = LoginThrottle()
    assert (throttle.num_requests, throttle.duration) == (20, 60)


def test_the_rates_of_the_project_override_the_defaults(rates):
    rates(token_revocation="7/hour", token_revocation_login="3/day")
    revocation, login = RevocationThrottle(), LoginThrottle()
    assert (revocation.num_requests, revocation.duration) == (7, 3600)
    assert (login.num_requests, login.duration) == (3, 86400)


def test_a_rate_of_none_disables_the_throttle(rates, api_client, db):
    rates(token_revocation_login=None)
    assert set(statuses(api_client, "/auth/login/", 25)) == {400}


def test_failed_logins_are_throttled(api_client, db):
    assert statuses(api_client, "/auth/login/", 21) == [400] * 20 + [429]


@pytest.mark.spec("RFC 7009", "5")
@pytest.mark.parametrize("path", ["/auth/revoke/", "/auth/logout/", "/auth/logout/all/"])
def test_all_endpoints_are_throttled(rates, api_client, user, path):
    rates(token_revocation="2/min")
    api_client.force_authenticate(user)
    assert 429 not in statuses(api_client, path, 2)
    answer = api_client.post(path)
    assert (answer.status_code, answer.data["detail"].code) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_every_view_has_a_throttle():
    for pattern in urls.urlpatterns:
        throttles = pattern.callback.view_class.throttle_classes
        assert any(issubclass(throttle, RevocationThrottle) for throttle in throttles), pattern


def test_the_list_of_tokens_is_throttled(rates, holder):
    rates(token_revocation="1/min")
    assert [holder.get("/auth/tokens/").status_code for _ in range(2)] == [200, 429]


def test_a_throttled_token_is_not_revoked(rates, api_client, holder, token):
    rates(token_revocation="1/min")
    statuses(api_client, "/auth/revoke/", 1)
    assert api_client.post("/auth/revoke/", {"token": token.key}).status_code == 429
    assert holder.get("/protected/").status_code == 200


def guess(client, name="unknown", path="/auth/login/", **extra):
    return client.post(path, {"username": name, "password": "guess"}, **extra).status_code


def test_a_forged_forwarded_header_is_ignored_without_num_proxies(api_client, db):
    answers = [guess(api_client, f"name{n}", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(21)]
    assert answers == [400] * 20 + [429]


def test_num_proxies_distinguishes_clients_by_the_forwarded_header(settings, rates, api_client, db):
    rates(token_revocation_login="1/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.2"]
    answers = [guess(api_client, a, HTTP_X_FORWARDED_FOR=a) for a in addresses]
    assert answers == [400, 400, 429]


def test_logins_of_one_name_are_counted_over_all_addresses(api_client, db):
    names = ["Alice", "alice ", "\uff41lice", *["alice"] * 17]
    answers = [guess(api_client, name, REMOTE_ADDR=f"10.0.0.{n}") for n, name in enumerate(names)]
    assert answers == [400] * 20
    assert guess(api_client, "alice", REMOTE_ADDR="10.0.1.1") == 429
    assert guess(api_client, "bob", REMOTE_ADDR="10.0.1.2") == 400


def test_a_number_is_counted_as_a_name(api_client, db):
    def guess_number(address):
        body = {"username": 15551234567, "password": "guess"}
        extra = {"format": "json", "REMOTE_ADDR": address}
        return api_client.post("/auth/login/", body, **extra).status_code

    answers = [guess_number(f"10.0.0.{n}") for n in range(21)]
    assert answers == [400] * 20 + [429]
    assert guess(api_client, "15551234567", REMOTE_ADDR="10.0.1.1") == 429


def test_names_of_the_same_account_are_counted_together(api_client, user, monkeypatch):
    # The default collation of MariaDB ignores accents.
    monkeypatch.setattr("token_revocation.throttling.find_users", lambda **lookup: [user])
    names = ["".join(letters) for letters in product("e\u00e9", repeat=5)][:21]
    answers = [guess(api_client, name, REMOTE_ADDR=f"10.0.0.{n}") for n, name in enumerate(names)]
    assert answers == [400] * 20 + [429]


def test_logins_are_counted_by_account(api_client, user):
    names = [user.username, f" {user.username}", f"{user.username} "] * 7
    answers = [guess(api_client, name, REMOTE_ADDR=f"10.0.0.{n}") for n, name in enumerate(names)]
    assert answers == [400] * 20 + [429]


def test_a_cache_key_contains_no_name(rates, api_client, db, monkeypatch):
    keys = []
    stock = LoginThrottle.get_cache_key
    monkeypatch.setattr(
        LoginThrottle, "get_cache_key", lambda *args: keys.append(stock(*args)) or keys[-1]
    )
    guess(api_client, "alice")
    assert len(keys) == 2
    assert "alice" not in "".join(keys)


@pytest.mark.parametrize(
    ("body", "code"), [('{"username": ["x"]}', None), ("[1]", None), ("{", "parse_error")]
)
def test_a_body_without_a_name_is_a_bad_request(api_client, db, body, code):
    answer = api_client.post("/auth/login/", body, content_type="application/json")
    assert answer.status_code == 400
    assert code is None or answer.json()["code"] == code


def test_users_behind_one_address_do_not_share_a_limit(rates, holder):
    rates(token_revocation="1/min")
    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Token {AuthTokenFactory().key}")
    assert holder.get("/auth/tokens/").status_code == 200
    assert other.get("/auth/tokens/").status_code == 200


def test_one_user_at_two_addresses_has_one_limit(rates, holder):
    rates(token_revocation="1/min")
    assert holder.get("/auth/tokens/", REMOTE_ADDR="192.0.2.1").status_code == 200
    assert holder.get("/auth/tokens/", REMOTE_ADDR="192.0.2.2").status_code == 429


def test_anonymous_requests_are_limited_by_address(rates, api_client, db):
    rates(token_revocation="1/min")
    addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.1"]
    answers = [api_client.post("/auth/logout/", REMOTE_ADDR=address) for address in addresses]
    assert [answer.status_code for answer in answers] == [204, 204, 429]


def test_logins_and_revocations_are_counted_separately(rates, api_client, db):
    rates(token_revocation="1/min", token_revocation_login="1/min")
    assert statuses(api_client, "/auth/login/", 1) == [400]
    assert statuses(api_client, "/auth/logout/", 1) == [204]


@pytest.mark.parametrize("address", ["x" * 300, "a b\té", "1.1.1.1, 2.2.2.2"])
def test_an_address_that_is_no_valid_cache_key_is_no_error(api_client, db, address):
    answer = api_client.post("/auth/revoke/", {"token": "x"}, HTTP_X_FORWARDED_FOR=address)
    assert answer.status_code == 200
