"""References of JWTs: identifier, issuer, subjects and times."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, UntypedToken

from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.contrib.simplejwt.tokens import RevocableAccessToken
from token_revocation.tokens import Subject

adapter = SimpleJWTAdapter()


def create_token(token_class=AccessToken, **claims):
    token = token_class()
    token.payload.update(claims)
    return token


def identify(token_class=AccessToken, **claims):
    return adapter.identify(create_token(token_class, **claims))


@pytest.mark.spec("RFC 7519", "4.1.7")
def test_token_is_identified_by_its_unchanged_jti():
    ref = identify(jti="A1")
    assert (ref.kind, ref.identifier, ref.issuer) == ("simplejwt", "A1", "")
    assert identify(jti="a1").key != ref.key


@pytest.mark.trap("T27")
@pytest.mark.spec("RFC 7519", "4.1.7")
def test_same_jti_of_another_issuer_is_another_token():
    first, second = identify(jti="1", iss="us"), identify(jti="1", iss="them")
    assert (first.issuer, second.issuer) == ("us", "them")
    assert len({first.key, second.key, identify(jti="1").key}) == 3


@pytest.mark.django_db
def test_revoke_identifiers_uses_the_configured_issuer(refresh_token, monkeypatch, simple_jwt):
    simple_jwt(ISSUER="us")
    monkeypatch.setattr(refresh_token.get_token_backend(), "issuer", "us")
    assert services.revoke_identifiers("simplejwt", [refresh_token["jti"]]) == 1
    assert services.is_revoked(adapter.identify(refresh_token))


def test_issuer_that_is_no_string_is_ignored():
    assert identify(iss=7).issuer == ""


def test_unencoded_token_has_the_reference_of_the_encoded_one(refresh_token, monkeypatch):
    monkeypatch.setattr(refresh_token.get_token_backend(), "issuer", "us")
    ref = adapter.identify(refresh_token)
    assert ref.issuer == "us"
    assert ref == adapter.resolve(str(refresh_token))


@pytest.mark.parametrize("token_class", [AccessToken, RefreshToken, UntypedToken])
def test_token_class_does_not_change_the_reference(token_class, refresh_token):
    token = token_class()
    token.payload = refresh_token.payload
    assert adapter.identify(token) == adapter.identify(refresh_token)


def test_token_user_has_the_reference_of_its_token(refresh_token):
    assert adapter.identify(TokenUser(refresh_token)) == adapter.identify(refresh_token)


def test_subjects_are_user_and_session(user, refresh_token):
    session = Subject.session(refresh_token["sid"])
    subjects = (Subject.user(user.pk), session)
    assert adapter.identify(refresh_token).subjects == subjects
    assert adapter.identify(refresh_token.access_token).subjects == subjects


def test_numeric_sid_is_converted_to_a_string():
    assert identify(sid=7).subject("session") == Subject.session("7")


def test_refresh_token_without_sid_begins_its_own_session():
    first = identify(RefreshToken, jti="1")
    assert uuid.UUID(first.subject("session").id)
    assert identify(RefreshToken, jti="1") == first
    assert identify(RefreshToken, jti="2").subject("session") != first.subject("session")


def test_untyped_refresh_token_without_sid_begins_its_own_session():
    refresh = create_token(RefreshToken)
    untyped = UntypedToken()
    untyped.payload = refresh.payload
    assert adapter.identify(untyped) == adapter.identify(refresh)


def test_access_token_without_sid_has_no_session():
    assert identify().subjects == ()


@pytest.mark.spec("RFC 7519", "2")
def test_issue_time_is_the_login_with_microseconds():
    ref = identify(auth_time=1_700_000_000.123457, iat=1_700_009_999)
    assert ref.issued_at == datetime(2023, 11, 14, 22, 13, 20, 123457, tzinfo=UTC)


def test_issued_at_is_iat_without_auth_time():
    assert identify(iat=1_700_000_000).issued_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.trap("T15")
@pytest.mark.parametrize("claim", [None, "1700000000", True, [], 1e300, float("nan")])
def test_invalid_auth_time_is_older_than_every_cutoff(claim):
    assert identify(auth_time=claim, iat=1_700_000_000).issued_at is None


@pytest.mark.parametrize("claim", [True, [1], {"a": 1}])
def test_claims_that_are_equal_or_unhashable_are_told_apart(claim):
    assert identify(jti="1", iat=1, exp=1).expires_at == datetime.fromtimestamp(1, UTC)
    ref = identify(jti="1", iat=1, exp=claim)
    assert (ref.expires_at, ref.identifier) == (None, "1")


def test_equal_claims_have_one_reference():
    claims = {"jti": "1", "iat": 1, "exp": 2, "user_id": "7", "sid": "a"}
    assert identify(**claims) is identify(**claims)
    assert identify(**claims) is not identify(**{**claims, "sid": "b"})


def test_expires_at_is_exp():
    ref = identify(exp=1_700_000_000)
    assert ref.expires_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_sliding_token_expires_with_its_last_refresh(simple_jwt):
    simple_jwt(SLIDING_TOKEN_LIFETIME=timedelta(seconds=60))
    last = datetime.fromtimestamp(1_700_000_060, UTC)
    assert identify(exp=1_600_000_000, refresh_exp=1_700_000_000).expires_at == last
    later = datetime.fromtimestamp(1_700_000_090, UTC)
    assert identify(exp=1_700_000_090, refresh_exp=1_700_000_000).expires_at == later


def test_revocable_access_token_can_be_issued_alone(user):
    access = RevocableAccessToken.for_user(user)
    assert adapter.identify(access).subject("session") == Subject.session(access["sid"])
