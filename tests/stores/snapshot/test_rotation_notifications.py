"""A rotation wakes no other process, as no snapshot contains its row."""

from __future__ import annotations

import pytest

from tests.stores.snapshot.test_notifications import FAKE_PUSH, SNAPSHOT
from token_revocation import services
from token_revocation.stores import get_store
from token_revocation.testing import make_token
from token_revocation.tokens import Subject

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(settings):
    """The notifications that were sent."""
    settings.TOKEN_REVOCATION = {"STORE": SNAPSHOT, "STORE_OPTIONS": {"push": FAKE_PUSH}}
    return get_store()._get_refresher("default").notifications._push.calls


def test_a_rotated_refresh_token_sends_no_notification(sent):
    services.rotate(make_token(is_refresh_token=True), make_token(is_refresh_token=True))
    assert sent == []


def test_a_rotated_token_that_authenticates_requests_sends_a_notification(sent):
    services.rotate(make_token(), make_token())
    assert sent == ["send"]


def test_a_reused_refresh_token_sends_a_notification(sent):
    token = make_token(is_refresh_token=True, subjects=[Subject.session("reused")])
    services.rotate(token, make_token(is_refresh_token=True))
    services.log_out(token, reason="reused")
    assert sent == ["send"]
