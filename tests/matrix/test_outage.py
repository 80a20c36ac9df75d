"""If the database is unavailable, every endpoint answers 503 for every kind of token."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.matrix.kinds import KINDS
from tests.matrix.login import Login
from token_revocation.testing._databases import failing_database


def responses(login):
    """Yield the response of each endpoint that a client sends its token to."""
    yield login.client().get(login.path("protected/"))
    if login.kind.refresh:
        yield login.kind.refresh(login.tokens.refresh)
    if login.kind.verify:
        yield APIClient().post(login.kind.verify, {"token": login.tokens.presented})


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize("failing", ["", "revokedtoken"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_endpoints_report_an_outage(kind, failing):
    login = Login.create(kind)
    with failing_database(failing):
        found = [
            (response.status_code, response.get("Retry-After")) for response in responses(login)
        ]
    assert {*found} == {(503, "5")}, found
