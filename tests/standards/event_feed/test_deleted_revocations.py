"""Deleted revocations: the feed does not retract delivered events."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.standards.event_feed.receiver import poll
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token

REVOCATIONS = {
    RevokedToken: lambda: services.revoke(make_token()),
    TokenCutoff: lambda: services.revoke_session("s1"),
}

pytestmark = pytest.mark.parametrize("model", REVOCATIONS, ids=lambda model: model.__name__)


def test_revocation_restored_before_a_poll_is_not_delivered(gateway, model):
    REVOCATIONS[model]()
    services.restore(model.objects.get())
    assert poll(gateway) == {"sets": {}, "moreAvailable": False}


@pytest.mark.spec("RFC 8417", "2")
def test_delivered_event_is_not_retracted(gateway, model):
    REVOCATIONS[model]()
    jtis = list(poll(gateway)["sets"])
    services.restore(model.objects.get())
    assert len(jtis) == 1
    assert poll(gateway)["sets"] == {}


@pytest.mark.spec("RFC 8936", "2.4")
def test_deleted_event_can_be_acknowledged_without_skipping_others(gateway, model):
    REVOCATIONS[model]()
    services.revoke_session("later")
    gone, later = poll(gateway)["sets"]
    services.restore(model.objects.earliest("pk"))
    assert list(poll(gateway, ack=[gone])["sets"]) == [later]
    assert poll(gateway, ack=[gone, later])["sets"] == {}
    services.revoke_session("last")
    assert len(poll(gateway)["sets"]) == 1


def test_second_revocation_is_a_new_event(gateway, model):
    REVOCATIONS[model]()
    first = poll(gateway)["sets"]
    services.restore(model.objects.get())
    REVOCATIONS[model]()
    again = poll(gateway, ack=list(first))["sets"]
    assert len(again) == 1
    assert not first.keys() & again.keys()
