from __future__ import annotations

import pytest

jwt = pytest.importorskip("jwt")
pytest.importorskip("cryptography")

from django.contrib.auth import get_user_model  # noqa: E402
from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from tests.factories import UserFactory  # noqa: E402
from tests.standards.event_feed.receiver import FEED_ISSUER, decode_events, poll  # noqa: E402
from token_revocation import services  # noqa: E402
from token_revocation.models import RevokedToken  # noqa: E402
from token_revocation.standards.event_feed import _cursor, _events  # noqa: E402
from token_revocation.standards.event_feed._events import SESSION_REVOKED  # noqa: E402
from token_revocation.standards.event_feed.models import Receiver  # noqa: E402
from token_revocation.testing import make_token  # noqa: E402
from token_revocation.testing._databases import failing_database  # noqa: E402

SPEC = "RFC 8936"


@pytest.mark.spec(SPEC, "2.3")
@pytest.mark.spec("RFC 8417", "2.2")
def test_revocation_is_delivered_as_a_signed_event_token(gateway, jwk):
    token = make_token(kind="simplejwt")
    services.revoke(token, reason="admin")
    answer = poll(gateway)
    assert answer["moreAvailable"] is False
    (event_token,) = decode_events(answer["sets"], jwk)
    assert answer["sets"].keys() == {event_token["jti"]}
    assert event_token["sub_id"] == {
        "format": "jwt_id",
        "iss": FEED_ISSUER,
        "jti": token.identifier,
    }
    assert event_token["events"][SESSION_REVOKED]["initiating_entity"] == "admin"
    assert "exp" not in event_token
    (raw,) = answer["sets"].values()
    assert jwt.get_unverified_header(raw)["typ"] == "secevent+jwt"


@pytest.mark.spec("RFC 9493", "3.2")
def test_each_subject_type_has_its_format(gateway, jwk):
    token = make_token(kind="knox")
    services.revoke(token)
    services.revoke_all(get_user_model()(pk=7))
    services.revoke_session("s1")
    services.revoke_client("c1")
    services.revoke_everyone()
    jtis = [event_token["sub_id"] for event_token in decode_events(poll(gateway)["sets"], jwk)]
    assert jtis == [
        {"format": "opaque", "id": f"knox:{token.identifier}"},
        {"format": "iss_sub", "iss": FEED_ISSUER, "sub": "7"},
        {"format": "complex", "session": {"format": "opaque", "id": "s1"}},
        {"format": "complex", "application": {"format": "opaque", "id": "c1"}},
        {"format": "complex", "tenant": {"format": "opaque", "id": FEED_ISSUER}},
    ]


def test_cutoff_event_has_its_time_and_the_kept_token(gateway, jwk):
    kept = make_token()
    cutoff = services.revoke_all(get_user_model()(pk=7), keep=kept)
    (event_token,) = decode_events(poll(gateway)["sets"], jwk)
    event = event_token["events"][SESSION_REVOKED]
    assert event["event_timestamp"] == cutoff.not_before.timestamp()
    assert event["except"] == str(kept.key)


@pytest.mark.spec(SPEC, "2.4")
def test_unacknowledged_event_is_delivered_again_with_the_same_jti(gateway):
    services.revoke_session("s1")
    first, again = poll(gateway)["sets"], poll(gateway)["sets"]
    assert first.keys() == again.keys() != set()


@pytest.mark.spec(SPEC, "2.4")
def test_acknowledged_event_is_not_delivered_again(gateway):
    services.revoke_session("s1")
    services.revoke(make_token())
    jtis = list(poll(gateway)["sets"])
    assert poll(gateway, ack=jtis)["sets"] == {}
    services.revoke_session("s2")
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.spec(SPEC, "2.4")
def test_events_after_an_unacknowledged_one_are_delivered_again(gateway):
    for number in range(3):
        services.revoke_session(f"s{number}")
    first, second, third = poll(gateway)["sets"]
    assert list(poll(gateway, ack=[first, third])["sets"]) == [second, third]


@pytest.mark.spec(SPEC, "2.5")
def test_event_with_a_reported_error_is_not_delivered_again(gateway):
    services.revoke_session("s1")
    (jti,) = poll(gateway)["sets"]
    errors = {jti: {"err": "invalid_key", "description": "?"}}
    assert poll(gateway, setErrs=errors)["sets"] == {}


@pytest.mark.spec(SPEC, "2.2")
def test_max_events_limits_the_response(gateway):
    for number in range(3):
        services.revoke_session(f"s{number}")
    answer = poll(gateway, maxEvents=2, returnImmediately=True)
    assert (len(answer["sets"]), answer["moreAvailable"]) == (2, True)
    answer = poll(gateway, maxEvents=2, ack=list(answer["sets"]))
    assert (len(answer["sets"]), answer["moreAvailable"]) == (1, False)


@pytest.mark.spec(SPEC, "2.2")
def test_poll_can_acknowledge_without_requesting_events(gateway):
    services.revoke_session("s1")
    jtis = list(poll(gateway)["sets"])
    assert poll(gateway, maxEvents=0, ack=jtis) == {"sets": {}, "moreAvailable": False}


def test_receivers_have_separate_positions(gateway):
    services.revoke_session("s1")
    poll(gateway, ack=list(poll(gateway)["sets"]))
    gateway.force_authenticate(UserFactory(username="other", is_superuser=True))
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.parametrize("most", [3, 20])
def test_no_event_is_missed_in_batches(gateway, monkeypatch, most):
    """The receiver polls until there are no more events."""
    monkeypatch.setattr(_cursor, "BATCH_SIZE", 2)
    monkeypatch.setattr("token_revocation.stores.snapshot._revisions.BATCH_SIZE", 2)
    for number in range(5):
        services.revoke_session(f"s{number}")
        services.revoke(make_token())
    seen, done, more = [], [], True
    while more:
        answer = poll(gateway, maxEvents=most, ack=done)
        done, more = list(answer["sets"]), answer["moreAvailable"]
        seen += done
    assert len(seen) == len(set(seen)) == 10


def test_late_commit_is_still_delivered(gateway):
    services.revoke(make_token())
    late = RevokedToken.objects.get()
    RevokedToken.objects.all().delete()
    services.revoke(make_token())
    poll(gateway, ack=list(poll(gateway)["sets"]))
    late.save(force_insert=True)
    assert late.pk < RevokedToken.objects.latest("pk").pk
    assert len(poll(gateway)["sets"]) == 1


@pytest.mark.spec(SPEC, "3")
def test_reading_requires_permission_to_view_revoked_tokens(api_client, holder, db):
    assert api_client.post("/event-feed/", {}, format="json").status_code == 401
    assert holder.post("/event-feed/", {}, format="json").status_code == 403


def test_database_failure_gets_503_and_loses_no_event(gateway):
    services.revoke_session("s1")
    jtis = list(poll(gateway)["sets"])
    with failing_database():
        answer = gateway.post("/event-feed/", {"ack": jtis}, format="json")
    assert answer.status_code == 503
    assert list(poll(gateway)["sets"]) == jtis


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
def test_arbitrary_poll_body_gets_200_or_400(gateway, body):
    assert gateway.post("/event-feed/", body, format="json").status_code in {200, 400}


def test_receiver_str_is_its_name(gateway):
    poll(gateway)
    assert str(Receiver.objects.get()) == "gateway"


def test_jwt_kind_is_that_of_simplejwt():
    simplejwt = pytest.importorskip("token_revocation.contrib.simplejwt")
    assert simplejwt.SimpleJWTAdapter.kind == _events.JWT_KIND
