"""Failure of any SQL statement: the response is 503, and the request can be repeated."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count

import pytest
from django.db import DataError, OperationalError, connection, transaction

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.openid import CLIENT, authorize, provider_settings
from tests.contrib.oauth2_provider.requests import client_form
from token_revocation.testing._databases import failing_database

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def post(client):
    """Return a function that sends a request with client authentication."""

    def send(path, application, **data):
        return client.post(f"/o/{path}/", **client_form(application, SECRET, **data))

    return send


@pytest.fixture
def login(post, application, user):
    names = {"username": user.username, "password": "correct horse", "scope": "read introspection"}
    return lambda: post("token", application, grant_type="password", **names)


@pytest.fixture
def refresh(post, application, login):
    raw = login().json()["refresh_token"]
    return lambda: post("token", application, grant_type="refresh_token", refresh_token=raw)


@pytest.fixture
def code(post, oauth, make_application, client, user):
    oauth(**provider_settings())
    application = make_application("two", **CLIENT)
    client.force_login(user)
    data = authorize(client, application.client_id)
    return lambda: post("token", application, **data)


@pytest.fixture
def revocation(post, application, login):
    raw = login().json()["access_token"]
    return lambda: post("revoke_token", application, token=raw)


@pytest.fixture
def introspection(client, login):
    raw = login().json()["access_token"]
    headers = {"Authorization": f"Bearer {raw}"}
    return lambda: client.post("/o/introspect/", {"token": raw}, headers=headers)


@contextmanager
def failing_at(position, error):
    """Fail the statement at ``position``; the list then contains it."""
    found = []
    positions = count()

    def fail(execute, sql, *args):
        if next(positions) == position:
            found.append(sql)
            raise error
        return execute(sql, *args)

    with connection.execute_wrapper(fail):
        yield found


def responses_to_failures(ask, error):
    """Yield the response for a failure of each statement in turn."""
    for position in count():
        with transaction.atomic():
            with failing_at(position, error) as failed:
                answer = ask()
            transaction.set_rollback(True)
        if not failed:
            return
        yield failed, answer


@pytest.mark.parametrize("endpoint", ["login", "refresh", "code", "revocation", "introspection"])
def test_failure_of_any_statement_gets_503(request, endpoint):
    ask = request.getfixturevalue(endpoint)
    found = list(responses_to_failures(ask, OperationalError("gone away")))
    assert len(found) > 2
    for failed, answer in found:
        assert (answer.status_code, answer["Retry-After"]) == (503, "5"), failed
        assert answer.json() == {"error": "temporarily_unavailable"}
    assert ask().status_code == 200


def test_database_error_message_is_not_logged(post, application, caplog):
    with failing_at(0, OperationalError("no row with a-secret")):
        post("token", application, grant_type="refresh_token", refresh_token="a-secret")
    assert "OAuth token database failed: OperationalError" in caplog.text
    assert "a-secret" not in caplog.text


def test_input_that_cannot_be_stored_gets_400(post, application, db):
    with failing_at(0, DataError("no NUL")):
        answer = post("token", application, grant_type="refresh_token", refresh_token="a")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_atomic_request_is_rolled_back(code, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    with failing_database("SELECT", "oauth2_provider_accesstoken", "token_checksum", "LIMIT"):
        assert code().status_code == 503
    assert not AccessToken.objects.exists()
    assert code().status_code == 200
