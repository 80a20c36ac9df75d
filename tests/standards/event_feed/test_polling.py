from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model  # noqa: E402
from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from tests.factories import UserFactory  # noqa: E402
from tests.standards.event_feed.asking import US, poll, read  # noqa: E402
from tests.views.failing import failing_database  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.models import RevokedToken  # noqa: E402
from token_revocation.standards.event_feed import positions, statements  # noqa: E402
from token_revocation.standards.event_feed.models import Receiver  # noqa: E402
from token_revocation.standards.event_feed.statements import SESSION_REVOKED  # noqa: E402
from token_revocation.testing import make_token  # noqa: E402

SPEC = "RFC 8936"


@pytest.mark.spec(SPEC, "2.3")
@pytest.mark.spec("RFC 8417", "2.2")
def test_what_ended_is_told_in_a_signed_token(gateway, jwk):
    token = make_token(kind="simplejwt")
    services.revoke(token, reason="admin")
    answer = poll(gateway)
    assert answer["moreAvailable"] is False
    (said,) = read(answer["sets"], jwk)
    assert answer["sets"].keys() == {said["jti"]}
    assert said["sub_id"] == {"format": "jwt_id", "iss": US, "jti": token.identifier}
    assert said["events"][SESSION_REVOKED]["initiating_entity"] == "admin"
    assert "exp" not in said
    (raw,) = answer["sets"].values()
    assert jwt.get_unverified_header(raw)["typ"] == "secevent+jwt"


@pytest.mark.spec("RFC 9493", "3.2")
def test_every_kind_of_subject_has_its_format(gateway, jwk):
    token = make_token(kind="knox")
    services.revoke(token)
    services.revoke_all(get_user_model()(pk=7))
    services.revoke_session("s1")
    services.revoke_client("c1")
    services.revoke_everyone()
    told = [said["sub_id"] for said in read(poll(gateway)["sets"], jwk)]
    assert told == [
        {"format": "opaque", "id": f"knox:{token.identifier}"},
        {"format": "iss_sub", "iss": US, "sub": "7"},
        {"format": "complex", "session": {"format": "opaque", "id": "s1"}},
        {"format": "complex", "application": {"format": "opaque", "id": "c1"}},
        {"format": "complex", "tenant": {"format": "opaque", "id": US}},
    ]


def test_a_cutoff_says_up_to_when_and_what_it_spares(gateway, jwk):
    kept = make_token()
    cutoff = services.revoke_all(get_user_model()(pk=7), keep=kept)
    (said,) = read(poll(gateway)["sets"], jwk)
    event = said["events"][SESSION_REVOKED]
    assert event["event_timestamp"] == cutoff.not_before.timestamp()
    assert event["except"] == str(kept.key)


@pytest.mark.spec(SPEC, "2.4")
def test_what_is_not_acknowledged_is_delivered_again_as_the_same(gateway):
    services.revoke_session("s1")
    first, again = poll(gateway)["sets"], poll(gateway)["sets"]
    assert first.keys() == again.keys() != set()


@pytest.mark.spec(SPEC, "2.4")
def test_what_is_acknowledged_is_not_delivered_again(gateway):
    services.revoke_session("s1")
    services.revoke(make_token())
    told = list(poll(gateway)["sets"])
    assert poll(gateway, ack=told)["sets"] == {}
    services.revoke_session("s2")
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.spec(SPEC, "2.4")
def test_what_comes_before_something_unacknowledged_stays_behind(gateway):
    for number in range(3):
        services.revoke_session(f"s{number}")
    first, second, third = poll(gateway)["sets"]
    assert list(poll(gateway, ack=[first, third])["sets"]) == [second, third]


@pytest.mark.spec(SPEC, "2.5")
def test_an_event_that_the_receiver_cannot_take_is_not_delivered_again(gateway):
    services.revoke_session("s1")
    (jti,) = poll(gateway)["sets"]
    errors = {jti: {"err": "invalid_key", "description": "?"}}
    assert poll(gateway, setErrs=errors)["sets"] == {}


@pytest.mark.spec(SPEC, "2.2")
def test_as_many_as_were_asked_for_are_given(gateway):
    for number in range(3):
        services.revoke_session(f"s{number}")
    answer = poll(gateway, maxEvents=2, returnImmediately=True)
    assert (len(answer["sets"]), answer["moreAvailable"]) == (2, True)
    answer = poll(gateway, maxEvents=2, ack=list(answer["sets"]))
    assert (len(answer["sets"]), answer["moreAvailable"]) == (1, False)


@pytest.mark.spec(SPEC, "2.2")
def test_a_poll_may_acknowledge_and_ask_for_nothing(gateway):
    services.revoke_session("s1")
    told = list(poll(gateway)["sets"])
    assert poll(gateway, maxEvents=0, ack=told) == {"sets": {}, "moreAvailable": False}


def test_receivers_do_not_acknowledge_for_each_other(gateway):
    services.revoke_session("s1")
    poll(gateway, ack=list(poll(gateway)["sets"]))
    gateway.force_authenticate(UserFactory(username="other", is_superuser=True))
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.parametrize("most", [3, 20])
def test_nothing_is_missed_however_many_there_are(gateway, monkeypatch, most):
    """By a receiver that polls for as long as there is more, and then rests."""
    monkeypatch.setattr(positions, "BATCH", 2)
    monkeypatch.setattr("token_revocation.stores.snapshot.numbering.BATCH", 2)
    for number in range(5):
        services.revoke_session(f"s{number}")
        services.revoke(make_token())
    seen, done, more = [], [], True
    while more:
        answer = poll(gateway, maxEvents=most, ack=done)
        done, more = list(answer["sets"]), answer["moreAvailable"]
        seen += done
    assert len(seen) == len(set(seen)) == 10


def test_a_revocation_that_commits_late_is_told_still(gateway):
    services.revoke(make_token())
    late = RevokedToken.objects.get()
    RevokedToken.objects.all().delete()
    services.revoke(make_token())
    poll(gateway, ack=list(poll(gateway)["sets"]))
    late.save(force_insert=True)
    assert late.pk < RevokedToken.objects.latest("pk").pk
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.spec(SPEC, "3")
def test_only_who_may_see_revoked_tokens_may_read(api_client, holder, db):
    assert api_client.post("/event-feed/", {}, format="json").status_code == 401
    assert holder.post("/event-feed/", {}, format="json").status_code == 403


def test_when_nobody_can_say_the_answer_is_503_and_nothing_is_lost(gateway):
    services.revoke_session("s1")
    told = list(poll(gateway)["sets"])
    with failing_database():
        answer = gateway.post("/event-feed/", {"ack": told}, format="json")
    assert answer.status_code == 503
    assert list(poll(gateway)["sets"]) == told


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.dictionaries(st.sampled_from(["maxEvents", "ack", "setErrs", "returnImmediately"]), BODIES)
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
def test_no_body_breaks_the_feed(gateway, body):
    assert gateway.post("/event-feed/", body, format="json").status_code in {200, 400}


def test_a_receiver_is_shown_by_its_name(gateway):
    poll(gateway)
    assert str(Receiver.objects.get()) == "gateway"


def test_the_kind_that_is_named_by_issuer_and_identifier_is_that_of_jwts():
    simplejwt = pytest.importorskip("token_revocation.contrib.simplejwt")
    assert simplejwt.SimpleJWTAdapter.kind == statements.JWT_KIND
