"""Each recipe, with the package it is for: run by ``test_recipes.py``."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from rest_framework.test import APIClient

from tests.factories import AuthTokenFactory, UserFactory
from tests.recipes.blocks import module_of
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter

LOGIN = {"password": "correct horse"}


@pytest.fixture
def credentials(user):
    return {"username": user.username, **LOGIN}


def code(answer):
    return answer.status_code, answer.json().get("code")


def test_dj_rest_auth_logs_out_of_the_session_of_its_cookies(api_client, credentials):
    assert api_client.post("/dj-rest-auth/login/", credentials).status_code == 200
    assert api_client.get("/by-cookie/").status_code == 200
    access = api_client.cookies["access"].value
    api_client.post("/dj-rest-auth/logout/")
    stolen = APIClient()
    stolen.cookies["access"] = access
    assert code(stolen.get("/by-cookie/")) == (401, "token_revoked")


def test_djoser_logs_out_of_a_token(api_client, credentials):
    raw = api_client.post("/djoser/token/login/", credentials).json()["auth_token"]
    api_client.credentials(HTTP_AUTHORIZATION=f"Token {raw}")
    assert api_client.get("/by-token/").status_code == 200
    assert api_client.post("/djoser/token/logout/").status_code == 204
    assert code(api_client.get("/by-token/")) == (401, "token_revoked")


def test_djoser_refuses_an_ended_refresh_token(api_client, credentials):
    pair = api_client.post("/djoser/auth/jwt/token/", credentials).json()
    api_client.post("/auth/revoke/", {"token": pair["access"]})
    answer = api_client.post("/djoser/auth/jwt/token/refresh/", {"refresh": pair["refresh"]})
    assert code(answer) == (401, "token_revoked")


def test_a_logout_in_allauth_ends_its_access_tokens(api_client, credentials):
    answer = api_client.post("/_allauth/app/v1/auth/login", credentials, format="json")
    meta = answer.json()["meta"]
    holder = APIClient()
    holder.credentials(HTTP_AUTHORIZATION=f"Bearer {meta['access_token']}")
    assert holder.get("/by-allauth/").status_code == 200
    api_client.delete("/_allauth/app/v1/auth/session", HTTP_X_SESSION_TOKEN=meta["session_token"])
    assert code(holder.get("/by-allauth/")) == (401, "token_revoked")


def test_a_celery_task_purges():
    module_of("Celery, or Django's tasks")
    schedule = module_of("Celery, or Django's tasks", 1).CELERY_BEAT_SCHEDULE
    (entry,) = schedule.values()
    assert entry["task"].endswith(".purge_revoked_tokens")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["revoke", "revoke_all"])
def test_a_socket_closes_when_its_token_ends(end):
    module = module_of("Channels")
    token = AuthTokenFactory(user=UserFactory())
    ref = AuthTokenAdapter().identify(token)
    others = {"revoke": ref, "revoke_all": token.user}
    said = async_to_sync(conversation)(module.LiveConsumer, token.key, end, others[end])
    assert said == [{"ready": True}, module.UNAUTHORIZED]


@pytest.mark.django_db(transaction=True)
def test_a_socket_is_not_opened_by_a_token_that_has_ended():
    module = module_of("Channels")
    token = AuthTokenFactory(user=UserFactory())
    services.revoke_all(token.user)
    assert async_to_sync(refused)(module.LiveConsumer, token.key) == module.UNAUTHORIZED


async def conversation(consumer, raw, verb, of):
    socket = WebsocketCommunicator(consumer.as_asgi(), "/live/")
    await socket.connect()
    await socket.send_json_to({"token": raw})
    ready = await socket.receive_json_from()
    await database_sync_to_async(getattr(services, verb))(of)
    closed = await socket.receive_output()
    return [ready, closed["code"]]


async def refused(consumer, raw):
    socket = WebsocketCommunicator(consumer.as_asgi(), "/live/")
    await socket.connect()
    await socket.send_json_to({"token": raw})
    return (await socket.receive_output())["code"]
