"""Whichever statement fails that an endpoint sends: the answer is 503, and nothing was used up."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count

import pytest
from django.db import DataError, OperationalError, connection, transaction

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken

from tests.contrib.oauth2_provider.asking import form
from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.openid import CLIENT, authorize, provider
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def post(client):
    """A request of a client; its answer."""

    def send(path, application, **data):
        return client.post(f"/o/{path}/", **form(application, SECRET, **data))

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
    oauth(**provider())
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
    """Fail the statement that comes after so many others; the list says which it was."""
    found = []
    positions = count()

    def fail(execute, sql, *args):
        if next(positions) == position:
            found.append(sql)
            raise error
        return execute(sql, *args)

    with connection.execute_wrapper(fail):
        yield found


def answers(ask, error):
    """What ``ask`` is answered when the first statement fails, the second, and so on."""
    for position in count():
        with transaction.atomic():
            with failing_at(position, error) as failed:
                answer = ask()
            transaction.set_rollback(True)
        if not failed:
            return
        yield failed, answer


@pytest.mark.parametrize("door", ["login", "refresh", "code", "revocation", "introspection"])
def test_whichever_statement_fails_the_answer_is_503(request, door):
    ask = request.getfixturevalue(door)
    found = list(answers(ask, OperationalError("gone away")))
    assert len(found) > 2
    for failed, answer in found:
        assert (answer.status_code, answer["Retry-After"]) == (503, "5"), failed
        assert answer.json() == {"error": "temporarily_unavailable"}
    assert ask().status_code == 200


def test_what_a_database_quotes_is_not_logged(post, application, caplog):
    with failing_at(0, OperationalError("no row with a-secret")):
        post("token", application, grant_type="refresh_token", refresh_token="a-secret")
    assert "The database of the tokens failed: OperationalError" in caplog.text
    assert "a-secret" not in caplog.text


def test_what_no_database_can_store_is_a_bad_request(post, application, db):
    with failing_at(0, DataError("no NUL")):
        answer = post("token", application, grant_type="refresh_token", refresh_token="a")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_where_a_request_is_one_transaction_nothing_is_kept_of_it(code, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    with failing_database("SELECT", "oauth2_provider_accesstoken", "token_checksum", "LIMIT"):
        assert code().status_code == 503
    assert not AccessToken.objects.exists()
    assert code().status_code == 200
