"""Sessions in an asynchronous project, whose middleware is asynchronous too."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async
from django.conf import settings as django_settings
from django.contrib.auth import alogin
from django.http import HttpResponse
from django.test import AsyncClient

from tests.contrib.sessions.browsers import copy_of, is_logged_in, log_in, make_staff
from tests.contrib.sessions.test_outage import outage
from token_revocation import services
from token_revocation.contrib.sessions import RevocationMiddleware
from token_revocation.models import TokenCutoff

__all__ = ["outage"]

# Requests write from another thread, which would wait for the transaction of the test on SQLite.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def get(browser):
    """Send a request of ``browser`` over ASGI, and keep its cookies."""

    def send(path, method="get"):
        client = AsyncClient()
        client.cookies = browser.cookies
        return async_to_sync(getattr(client, method))(path)

    return send


def test_middleware_is_asynchronous_where_the_next_one_is():
    async def get_response(request):
        return HttpResponse()

    assert iscoroutinefunction(RevocationMiddleware(get_response))
    assert not iscoroutinefunction(RevocationMiddleware(lambda request: HttpResponse()))


@pytest.mark.parametrize(
    ("path", "rejected"), [("/async/", 200), ("/page/", 302), ("/protected/", 401)]
)
def test_revoked_session_is_rejected(engine, user, path, rejected):
    browser = log_in(user)
    client = AsyncClient()
    client.cookies = browser.cookies
    send = async_to_sync(client.get)
    assert user.username in send(path).content.decode()
    services.revoke_all(user)
    answer = send(path)
    assert answer.status_code == rejected
    assert user.username not in answer.content.decode()
    assert answer.cookies[django_settings.SESSION_COOKIE_NAME].value == ""


def test_page_that_does_not_read_the_user_reads_no_session(get):
    answer = get("/public/")
    assert (answer.status_code, answer.get("Vary")) == (200, None)
    assert answer.asgi_request.session.accessed is False


@pytest.mark.parametrize("path", ["/async/", "/page/", "/template/"])
def test_outage_is_503(get, outage, path):
    with outage():
        answer = get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_password_change_keeps_the_session(browser, user, get):
    other = log_in(user)
    assert get("/set-password-async/").content == b"changed"
    assert (is_logged_in(browser), is_logged_in(other)) == (True, False)


def test_login_and_logout_of_an_async_view(browser, user, get):
    services.revoke_all(user)
    assert get(f"/log-in-async/{user.pk}/").content.decode() == user.username
    assert is_logged_in(browser)
    copy = copy_of(browser)
    assert get("/log-out-async/").content == b"anonymous"
    assert not is_logged_in(copy)
    # That of the login which this one replaced, and that of the logout.
    assert TokenCutoff.objects.filter(subject_type="session").count() == 2


def test_saved_session_is_renewed(browser, get):
    before = browser.session["_token_revocation"]
    assert get("/touch/").status_code == 200
    after = browser.session["_token_revocation"]
    assert after["renewed_at"] > before["renewed_at"]
    assert after["sid"] == before["sid"]


def test_user_that_is_read_several_times_is_checked_once(browser, user, revoked_token_uses):
    services.revoke_all(user)

    async def read_twice(request):
        users = await asyncio.gather(request.auser(), sync_to_async(lambda: request.user)())
        return HttpResponse(str([each.is_authenticated for each in users]))

    request = browser.get("/public/").wsgi_request
    middleware = RevocationMiddleware(read_twice)
    answer = async_to_sync(middleware)(request)
    assert answer.content == b"[False, False]"
    assert len(revoked_token_uses) == 1


def test_rejected_user_stays_rejected_when_it_is_read_again(browser, user):
    services.revoke_all(user)

    async def read_in_turn(request):
        users = [await request.auser(), await request.auser()]
        users.append(await sync_to_async(lambda: request.user)())
        return HttpResponse(str([each.is_authenticated for each in users]))

    request = browser.get("/public/").wsgi_request
    assert async_to_sync(RevocationMiddleware(read_in_turn))(request).content == (
        b"[False, False, False]"
    )


def test_rejected_user_does_not_return_with_a_login_of_another(browser, user):
    services.revoke_all(user)
    other = make_staff()

    async def log_in_as_other(request):
        assert not (await request.auser()).is_authenticated
        await alogin(request, other, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponse((await request.auser()).get_username())

    request = browser.get("/public/").wsgi_request
    answer = async_to_sync(RevocationMiddleware(log_in_as_other))(request)
    assert answer.content.decode() == other.username
