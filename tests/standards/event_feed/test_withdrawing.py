"""A revocation that is deleted was a fact, and the feed tells facts: it takes none back."""

from __future__ import annotations

import pytest

pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from tests.standards.event_feed.asking import poll
from token_revocation import services
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.testing import make_token

ENDINGS = {
    RevokedToken: lambda: services.revoke(make_token()),
    TokenCutoff: lambda: services.revoke_session("s1"),
}

pytestmark = pytest.mark.parametrize("model", ENDINGS, ids=lambda model: model.__name__)


def test_what_nobody_has_read_is_not_told(gateway, model):
    ENDINGS[model]()
    services.restore(model.objects.get())
    assert poll(gateway) == {"sets": {}, "moreAvailable": False}


@pytest.mark.spec("RFC 8417", "2")
def test_what_somebody_has_read_is_not_taken_back(gateway, model):
    ENDINGS[model]()
    told = list(poll(gateway)["sets"])
    services.restore(model.objects.get())
    assert len(told) == 1
    assert poll(gateway)["sets"] == {}


@pytest.mark.spec("RFC 8936", "2.4")
def test_to_acknowledge_it_passes_over_nothing_and_stops_nobody(gateway, model):
    ENDINGS[model]()
    services.revoke_session("later")
    gone, later = poll(gateway)["sets"]
    services.restore(model.objects.earliest("pk"))
    assert list(poll(gateway, ack=[gone])["sets"]) == [later]
    assert poll(gateway, ack=[gone, later])["sets"] == {}
    services.revoke_session("last")
    assert len(poll(gateway)["sets"]) == 1


def test_the_same_that_ends_once_more_is_news(gateway, model):
    ENDINGS[model]()
    first = poll(gateway)["sets"]
    services.restore(model.objects.get())
    ENDINGS[model]()
    again = poll(gateway, ack=list(first))["sets"]
    assert len(again) == 1
    assert not first.keys() & again.keys()
