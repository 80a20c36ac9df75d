"""Each kind of token where nobody can answer: 503 at every door, and neither in nor out."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.matrix.kinds import KINDS
from tests.matrix.login import Login
from token_revocation.testing.databases import failing_database


def answers(login):
    """Of the doors that a client comes to with its token."""
    yield login.client().get(login.path("protected/"))
    if login.kind.refresh:
        yield login.kind.refresh(login.held.refresh)
    if login.kind.verify:
        yield APIClient().post(login.kind.verify, {"token": login.held.presented})


@pytest.mark.spec("RFC 7009", "2.2.1")
@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")
@pytest.mark.django_db
@pytest.mark.parametrize("failing", ["", "revokedtoken"])
@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_can_answer_every_door_says_so(kind, failing):
    login = Login.of(kind)
    with failing_database(failing):
        found = [(answer.status_code, answer.get("Retry-After")) for answer in answers(login)]
    assert {*found} == {(503, "5")}, found
