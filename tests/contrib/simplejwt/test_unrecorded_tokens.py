"""Refresh tokens that were issued before the app of sessions was installed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken

from tests.contrib.simplejwt.clients import (
    REVOKED,
    client_with,
    parse_pair,
    refresh,
    response_code,
    status_of,
)
from tests.threads import requires_concurrent_connections, run_in_threads
from token_revocation import services
from token_revocation.contrib.simplejwt._claims import RECORDED_CLAIM
from token_revocation.contrib.simplejwt._rotation import get_successor_ref
from token_revocation.models import RevokedToken
from token_revocation.sessions.models import TokenSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rotating")]

GRACE_PERIOD = timedelta(minutes=1)


def build_payload(user, token_class, **claims):
    """Return the claims of a token as the code before the app issued it."""
    now = timezone.now()
    return {
        "token_type": token_class.token_type,
        "exp": int((now + timedelta(days=1)).timestamp()),
        "iat": int(now.timestamp()),
        "jti": uuid4().hex,
        "user_id": str(user.pk),
        **claims,
    }


def encode(payload, token_class=RefreshToken):
    token = token_class()
    token.payload = payload
    return str(token)


@pytest.fixture(params=["this package", "simplejwt"])
def old(request, user):
    """A raw refresh token of before, by a class of this package or of simplejwt."""
    session = {"auth_time": timezone.now().timestamp(), "sid": str(uuid4())}
    claims = session if request.param == "this package" else {}
    return encode(build_payload(user, RefreshToken, **claims))


def test_first_refresh_records_the_session(old, user):
    newer = parse_pair(refresh(old))
    row, ref = TokenSession.objects.get(), services.resolve(newer.refresh)
    assert RefreshToken(newer.refresh)[RECORDED_CLAIM] is True
    assert (row.current_key, row.user_ref) == (ref.key, str(user.pk))
    assert (row.expires_at, row.created_at) == (ref.expires_at, ref.issued_at)
    assert RevokedToken.objects.get().key == services.resolve(old).key
    parse_pair(refresh(parse_pair(refresh(newer.refresh)).refresh))
    assert (TokenSession.objects.count(), RevokedToken.objects.count()) == (1, 1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_replay_after_the_first_refreshes_ends_the_session(old, count):
    newest = old
    for _ in range(count):
        pair = parse_pair(refresh(newest))
        newest = pair.refresh
    assert response_code(refresh(old)) == REVOKED
    assert refresh(newest).status_code == 401
    assert status_of(pair.access) == 401


def test_token_rotated_before_is_still_a_replay(old):
    ref = services.resolve(old)
    services.rotate(ref, get_successor_ref(ref))
    assert response_code(refresh(old)) == REVOKED
    assert not TokenSession.objects.exists()


def test_retry_returns_the_same_token(old, revocation):
    revocation(REFRESH_GRACE_PERIOD=GRACE_PERIOD)
    first, second = (RefreshToken(parse_pair(refresh(old)).refresh) for _ in range(2))
    assert first.payload == {**second.payload, "iat": first["iat"]}


def test_retry_after_the_successor_was_used_ends_the_session(old, revocation):
    revocation(REFRESH_GRACE_PERIOD=GRACE_PERIOD)
    newest = parse_pair(refresh(parse_pair(refresh(old)).refresh))
    assert response_code(refresh(old)) == REVOKED
    assert status_of(newest.access) == 401


def test_retry_of_a_rotation_of_before_records_the_session(old, revocation):
    revocation(REFRESH_GRACE_PERIOD=GRACE_PERIOD)
    ref = services.resolve(old)
    services.rotate(ref, get_successor_ref(ref))
    newer = parse_pair(refresh(old))
    assert TokenSession.objects.get().current_key == services.resolve(newer.refresh).key
    assert parse_pair(refresh(newer.refresh))


def test_session_recorded_at_its_first_use_is_moved(old):
    ref = services.resolve(old)
    TokenSession.objects.create(
        id=ref.subject("session").id,
        kind=ref.kind,
        created_at=ref.issued_at,
        last_used_at=ref.issued_at,
        current_key=ref.key,
    )
    newer = parse_pair(refresh(old))
    assert TokenSession.objects.get().current_key == services.resolve(newer.refresh).key
    assert parse_pair(refresh(newer.refresh))


def test_session_recorded_as_ended_is_not_moved(old):
    newer = parse_pair(refresh(old)).refresh
    TokenSession.objects.update(ended_at=timezone.now())
    RevokedToken.objects.all().delete()
    assert response_code(refresh(old)) == REVOKED
    assert response_code(refresh(newer)) == REVOKED


def test_logout_ends_a_session_that_was_moved(old):
    newer = parse_pair(refresh(old))
    client_with(newer.access).post("/auth/logout/")
    assert {refresh(raw).status_code for raw in (old, newer.refresh)} == {401}


def test_token_that_is_not_refreshed_stays_unmarked(old, simple_jwt):
    simple_jwt(ROTATE_REFRESH_TOKENS=False)
    assert refresh(old).status_code == 200
    assert not TokenSession.objects.exists()
    services.log_out(services.resolve(old))
    assert response_code(refresh(old)) == REVOKED


@pytest.mark.django_db(transaction=True)
@requires_concurrent_connections
@pytest.mark.parametrize("grace_period", [timedelta(0), GRACE_PERIOD])
def test_concurrent_first_refreshes_make_one_chain(old, revocation, grace_period):
    revocation(REFRESH_GRACE_PERIOD=grace_period)
    responses = run_in_threads(lambda: refresh(old), threads=16)
    accepted = 16 if grace_period else 1
    codes = Counter(response.status_code for response in responses)
    assert codes == Counter({200: accepted}) + Counter({401: 16 - accepted})
    pairs = [parse_pair(response) for response in responses if response.status_code == 200]
    (key,) = {services.resolve(pair.refresh).key for pair in pairs}
    assert TokenSession.objects.get().current_key == key
    assert {status_of(pair.access) for pair in pairs} == {200 if grace_period else 401}


def refresh_sliding(raw):
    return APIClient().post("/api/token/sliding/refresh/", {"token": raw})


@pytest.mark.parametrize("is_recorded", [True, False])
def test_sliding_token_is_recorded_at_its_refresh(user, is_recorded):
    claims = {"refresh_exp": int((timezone.now() + timedelta(days=1)).timestamp())}
    raw = encode(build_payload(user, SlidingToken, **claims), SlidingToken)
    if is_recorded:  # By another refresh at the same time.
        refresh_sliding(raw)
    newer = refresh_sliding(raw).json()["token"]
    ref = services.resolve(newer)
    assert SlidingToken(newer)[RECORDED_CLAIM] is True
    assert TokenSession.objects.get().current_key == ref.key
    assert refresh_sliding(newer).status_code == 200
    TokenSession.objects.all().delete()
    assert response_code(refresh_sliding(newer)) == REVOKED
