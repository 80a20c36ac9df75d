"""Each recipe with its package. ``test_recipes.py`` runs this module."""

from __future__ import annotations

from dataclasses import replace

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.recipes.blocks import module_of
from token_revocation import services
from token_revocation._checks.entry_points import check_entry_points
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.sessions._records import record_session
from token_revocation.tokens import BEFORE_ALL_CUTOFFS

REVOKED = (401, "token_revoked")
LOGIN = {"password": "correct horse"}


@pytest.fixture
def credentials(user):
    return {"username": user.username, **LOGIN}


def status_and_code(response):
    return response.status_code, response.json().get("code")


@pytest.fixture
def cookies(api_client, credentials):
    """Return the cookies of a browser after a login at dj-rest-auth."""
    assert api_client.post("/dj-rest-auth/login/", credentials).status_code == 200
    assert api_client.get("/by-cookie/").status_code == 200
    return {name: api_client.cookies[name].value for name in ("access", "refresh")}


def by_cookies(cookies, path, method="get"):
    """Return status and status_and_code of the response to a request with only ``cookies``."""
    client = APIClient()
    for name, value in cookies.items():
        client.cookies[name] = value
    return status_and_code(getattr(client, method)(path))


def test_dj_rest_auth_logout_revokes_the_session_of_its_cookies(api_client, cookies):
    assert api_client.post("/dj-rest-auth/logout/").status_code == 200
    assert by_cookies(cookies, "/by-cookie/") == REVOKED
    # dj-rest-auth has blacklisted it too.
    assert by_cookies(cookies, "/dj-rest-auth/token/refresh/", "post")[0] == 401


def test_dj_rest_auth_rejects_refresh_after_logout_everywhere(cookies, user):
    services.revoke_all(user)
    assert by_cookies(cookies, "/by-cookie/") == REVOKED
    assert by_cookies(cookies, "/dj-rest-auth/token/refresh/", "post") == REVOKED


def test_djoser_logout_revokes_the_token(api_client, credentials):
    raw = api_client.post("/djoser/token/login/", credentials).json()["auth_token"]
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.get("/by-token/").status_code == 200
    assert api_client.post("/djoser/token/logout/").status_code == 204
    assert status_and_code(api_client.get("/by-token/")) == REVOKED


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_djoser_rejects_a_revoked_refresh_token(api_client, credentials, user, is_everywhere):
    pair = api_client.post("/djoser/auth/jwt/create/", credentials).json()
    if is_everywhere:
        services.revoke_all(user)
    else:
        api_client.post("/auth/revoke/", {"token": pair["access"]})
    refresh = {"refresh": pair["refresh"]}
    assert status_and_code(api_client.post("/djoser/auth/jwt/refresh/", refresh)) == REVOKED
    verified = api_client.post("/djoser/auth/jwt/verify/", {"token": pair["refresh"]})
    assert status_and_code(verified) == REVOKED


@pytest.mark.parametrize("recipe", ["dj-rest-auth", "djoser"])
def test_settings_and_urls_of_a_recipe_pass_the_check(recipe, settings):
    blocks = [module_of(recipe, number) for number in range(2)]
    for name in ("REST_FRAMEWORK", "TOKEN_REVOCATION"):
        setattr(settings, name, getattr(module_of("dj-rest-auth"), name))
    (urls,) = [block for block in blocks if hasattr(block, "urlpatterns")]
    settings.ROOT_URLCONF = urls
    assert list(check_entry_points()) == []


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_allauth_rejects_browser_after_logout(credentials, user, is_everywhere):
    browser, copy = APIClient(), APIClient()
    answer = browser.post("/_allauth/browser/v1/auth/login", credentials, format="json")
    assert answer.status_code == 200
    copy.cookies.load(browser.cookies.output(header="", attrs=[], sep=";"))
    assert copy.get("/_allauth/browser/v1/auth/session").status_code == 200
    if is_everywhere:
        services.revoke_all(user)
    else:
        browser.delete("/_allauth/browser/v1/auth/session")
    assert copy.get("/_allauth/browser/v1/auth/session").status_code == 401


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_allauth_rejects_tokens_after_logout(api_client, credentials, user, is_everywhere):
    response = api_client.post("/_allauth/app/v1/auth/login", credentials, format="json")
    meta = response.json()["meta"]
    holder = APIClient()
    holder.credentials(HTTP_AUTHORIZATION=f"Bearer {meta['access_token']}")
    assert holder.get("/by-allauth/").status_code == 200
    session = {"HTTP_X_SESSION_TOKEN": meta["session_token"]}
    if is_everywhere:
        services.revoke_all(user)
    else:
        api_client.delete("/_allauth/app/v1/auth/session", **session)
    assert status_and_code(holder.get("/by-allauth/")) == REVOKED
    refresh = {"refresh_token": meta["refresh_token"]}
    refreshed = api_client.post("/_allauth/app/v1/tokens/refresh", refresh, format="json")
    assert refreshed.status_code == 400
    assert api_client.get("/_allauth/app/v1/auth/session", **session).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_mail_is_sent_on_a_new_device(api_client, credentials, user, mailoutbox):
    module_of("A mail on a new device")
    for agent in ("Phone", "Phone", "Laptop"):
        path = "/djoser/auth/jwt/create/"
        assert api_client.post(path, credentials, HTTP_USER_AGENT=agent).status_code == 200
    assert [mail.to for mail in mailoutbox] == [[user.email]] * 2
    assert "Laptop from 127.0.0.1" in mailoutbox[1].body


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_sent_for_a_login_of_long_ago(user, mailoutbox):
    module_of("A mail on a new device")
    ref = AuthTokenAdapter().identify(AuthTokenFactory(user=user))
    record_session(replace(ref, issued_at=BEFORE_ALL_CUTOFFS), using="default")
    assert mailoutbox == []


def test_celery_task_is_scheduled():
    module_of("Celery, or Django's tasks")
    schedule = module_of("Celery, or Django's tasks", 1).CELERY_BEAT_SCHEDULE
    (entry,) = schedule.values()
    assert entry["task"].endswith(".purge_revoked_tokens")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("service", ["revoke", "revoke_all"])
def test_socket_closes_when_its_token_is_revoked(service):
    module = module_of("Channels")
    token = AuthTokenFactory(user=UserFactory())
    ref = AuthTokenAdapter().identify(token)
    targets = {"revoke": ref, "revoke_all": token.user}
    messages = async_to_sync(revoke_during)(
        module.LiveConsumer, token.key, service, targets[service]
    )
    assert messages == [{"ready": True}, module.UNAUTHORIZED]


@pytest.mark.django_db(transaction=True)
def test_socket_rejects_a_revoked_token():
    module = module_of("Channels")
    token = AuthTokenFactory(user=UserFactory())
    services.revoke_all(token.user)
    assert async_to_sync(connect_rejected)(module.LiveConsumer, token.key) == module.UNAUTHORIZED


async def revoke_during(consumer, raw, service, target):
    """Connect, call ``service``, and return the first message and the close code."""
    socket = WebsocketCommunicator(consumer.as_asgi(), "/live/")
    await socket.connect()
    await socket.send_json_to({"token": raw})
    ready = await socket.receive_json_from()
    await database_sync_to_async(getattr(services, service))(target)
    closed = await socket.receive_output()
    return [ready, closed["code"]]


async def connect_rejected(consumer, raw):
    """Connect and return the close code."""
    socket = WebsocketCommunicator(consumer.as_asgi(), "/live/")
    await socket.connect()
    await socket.send_json_to({"token": raw})
    return (await socket.receive_output())["code"]
