"""The token endpoint at each isolation level: no request is a server error."""

from __future__ import annotations

import pytest

pytest.importorskip("oauth2_provider")

from django.test import Client

from tests.contrib.oauth2_provider.conftest import SECRET
from tests.contrib.oauth2_provider.requests import client_form
from tests.threads import requires_concurrent_connections, requires_isolation_levels

THREADS = 6

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
    requires_concurrent_connections,
    requires_isolation_levels,
]


def post(application, **data):
    return Client().post("/o/token/", **client_form(application, SECRET, **data))


def test_concurrent_logins_of_one_user_succeed(run_isolated, application, user):
    data = {"grant_type": "password", "username": user.username, "password": "correct horse"}
    answers = run_isolated(lambda: post(application, **data).status_code)
    assert set(answers) == {200}


@pytest.mark.parametrize("protected", [False, True])
def test_concurrent_refreshes_return_one_access_token(run_isolated, oauth, log_in, protected):
    oauth(REFRESH_TOKEN_REUSE_PROTECTION=protected)
    grant = log_in()
    data = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
    answers = run_isolated(lambda: post(grant.application, **data))
    assert {answer.status_code for answer in answers} <= {200, 400}
    assert (
        len({answer.json()["access_token"] for answer in answers if answer.status_code == 200}) == 1
    )
