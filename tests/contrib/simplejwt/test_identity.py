from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, UntypedToken

from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken
from token_revocation.tokens import Subject

adapter = SimpleJWTAdapter()


def token(token_class=AccessToken, **claims):
    made = token_class()
    made.payload.update(claims)
    return made


def identify(token_class=AccessToken, **claims):
    return adapter.identify(token(token_class, **claims))


@pytest.mark.spec("RFC 7519", "4.1.7")
def test_a_token_is_identified_by_its_jti_as_it_stands():
    ref = identify(jti="A1")
    assert (ref.kind, ref.identifier, ref.issuer) == ("simplejwt", "A1", "")
    assert identify(jti="a1").key != ref.key


@pytest.mark.trap("T27")
@pytest.mark.spec("RFC 7519", "4.1.7")
def test_the_same_jti_of_another_issuer_is_another_token():
    ours, theirs = identify(jti="1", iss="us"), identify(jti="1", iss="them")
    assert (ours.issuer, theirs.issuer) == ("us", "them")
    assert len({ours.key, theirs.key, identify(jti="1").key}) == 3


def test_an_issuer_that_is_no_string_is_none():
    assert identify(iss=7).issuer == ""


def test_a_token_that_was_not_written_out_yet_is_the_one_that_it_will_be(
    refresh_token, monkeypatch
):
    monkeypatch.setattr(refresh_token.get_token_backend(), "issuer", "us")
    ref = adapter.identify(refresh_token)
    assert ref.issuer == "us"
    assert ref == adapter.read(str(refresh_token))


@pytest.mark.parametrize("token_class", [AccessToken, RefreshToken, UntypedToken])
def test_whatever_simplejwt_makes_of_a_token_is_the_same_token(token_class, refresh_token):
    made = token_class()
    made.payload = refresh_token.payload
    assert adapter.identify(made) == adapter.identify(refresh_token)


def test_a_user_without_a_row_is_the_token_it_was_made_from(refresh_token):
    assert adapter.identify(TokenUser(refresh_token)) == adapter.identify(refresh_token)


def test_a_token_belongs_to_its_user_and_its_session(user, refresh_token):
    session = Subject.session(refresh_token["sid"])
    subjects = (Subject.user(user.pk), session)
    assert adapter.identify(refresh_token).subjects == subjects
    assert adapter.identify(refresh_token.access_token).subjects == subjects


def test_a_session_that_is_a_number_is_one_all_the_same():
    assert identify(sid=7).subject("session") == Subject.session("7")


def test_a_refresh_token_without_a_session_is_the_first_of_its_own():
    first = identify(RefreshToken, jti="1")
    assert uuid.UUID(first.subject("session").id)
    assert identify(RefreshToken, jti="1") == first
    assert identify(RefreshToken, jti="2").subject("session") != first.subject("session")


def test_so_it_is_when_only_the_claim_says_that_it_is_a_refresh_token():
    refresh = token(RefreshToken)
    untyped = UntypedToken()
    untyped.payload = refresh.payload
    assert adapter.identify(untyped) == adapter.identify(refresh)


def test_an_access_token_without_a_session_has_none():
    assert identify().subjects == ()


@pytest.mark.spec("RFC 7519", "2")
def test_a_token_was_issued_when_its_user_logged_in_to_the_microsecond():
    ref = identify(auth_time=1_700_000_000.123457, iat=1_700_009_999)
    assert ref.issued_at == datetime(2023, 11, 14, 22, 13, 20, 123457, tzinfo=UTC)


def test_without_a_moment_of_login_it_was_issued_at_the_start_of_the_second_of_iat():
    assert identify(iat=1_700_000_000).issued_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.trap("T15")
@pytest.mark.parametrize("claim", [None, "1700000000", True, [], 1e300, float("nan")])
def test_a_moment_that_is_none_is_older_than_every_cutoff(claim):
    assert identify(auth_time=claim, iat=1_700_000_000).issued_at is None


def test_a_token_expires_when_it_says():
    ref = identify(exp=1_700_000_000)
    assert ref.expires_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_sliding_token_expires_when_its_last_refresh_would(simple_jwt):
    simple_jwt(SLIDING_TOKEN_LIFETIME=timedelta(seconds=60))
    last = datetime.fromtimestamp(1_700_000_060, UTC)
    assert identify(exp=1_600_000_000, refresh_exp=1_700_000_000).expires_at == last
    later = datetime.fromtimestamp(1_700_000_090, UTC)
    assert identify(exp=1_700_000_090, refresh_exp=1_700_000_000).expires_at == later


def test_a_token_of_ours_can_be_issued_alone(user):
    access = RevocableAccessToken.for_user(user)
    assert adapter.identify(access).subject("session") == Subject.session(access["sid"])
