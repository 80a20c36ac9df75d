from __future__ import annotations

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


def test_revocations_are_limited_unless_the_project_says_otherwise():
    throttle = RevocationThrottle()
    assert (throttle.num_requests, throttle.duration) == (120, 60)


def test_logins_are_limited_more():
    throttle = LoginThrottle()
    assert (throttle.num_requests, throttle.duration) == (20, 60)


def test_the_rates_of_the_project_win(rates):
    rates(token_revocation="7/hour", token_revocation_login="3/day")
    revocation, login = RevocationThrottle(), LoginThrottle()
    assert (revocation.num_requests, revocation.duration) == (7, 3600)
    assert (login.num_requests, login.duration) == (3, 86400)


def test_a_rate_of_none_lifts_it(rates, api_client, db):
    rates(token_revocation_login=None)
    assert set(statuses(api_client, "/auth/login/", 25)) == {400}


def test_guessing_passwords_is_throttled(api_client, db):
    assert statuses(api_client, "/auth/login/", 21) == [400] * 20 + [429]


@pytest.mark.spec("RFC 7009", "5")
@pytest.mark.parametrize("path", ["/auth/revoke/", "/auth/logout/", "/auth/logout/all/"])
def test_every_endpoint_is_throttled(rates, api_client, user, path):
    rates(token_revocation="2/min")
    api_client.force_authenticate(user)
    assert 429 not in statuses(api_client, path, 2)
    answer = api_client.post(path)
    assert (answer.status_code, answer.data["detail"].code) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_no_endpoint_is_forgotten():
    """Also one that is added later; the rate is read when a request is made."""
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


def test_nobody_is_limited_by_address(rates, api_client, db):
    rates(token_revocation="1/min")
    addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.1"]
    answers = [api_client.post("/auth/logout/", REMOTE_ADDR=address) for address in addresses]
    assert [answer.status_code for answer in answers] == [204, 204, 429]


def test_logins_and_revocations_are_counted_apart(rates, api_client, db):
    rates(token_revocation="1/min", token_revocation_login="1/min")
    assert statuses(api_client, "/auth/login/", 1) == [400]
    assert statuses(api_client, "/auth/logout/", 1) == [204]


@pytest.mark.parametrize("address", ["x" * 300, "a b\té", "1.1.1.1, 2.2.2.2"])
def test_an_address_that_a_cache_would_not_take_is_no_error(api_client, db, address):
    answer = api_client.post("/auth/revoke/", {"token": "x"}, HTTP_X_FORWARDED_FOR=address)
    assert answer.status_code == 200
