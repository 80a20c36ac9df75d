"""The adapter and the authentication class for DRF's tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token, TokenProxy
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.adapters import get_adapters
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.tokens import Subject

HOUR = timedelta(hours=1)
adapter = AuthTokenAdapter()


def test_authtoken_is_the_default_adapter():
    assert get_adapters().keys() == {"authtoken"}


def test_token_is_identified_by_the_digest_of_its_key(token, user):
    ref = adapter.identify(token)
    assert ref.kind == "authtoken"
    assert ref.identifier == hashlib.sha256(token.key.encode()).hexdigest()
    assert ref.subjects == (Subject.user(user.pk),)


def test_token_does_not_expire_by_default(token):
    ref = adapter.identify(token)
    assert (ref.issued_at, ref.expires_at) == (token.created, None)
    assert adapter.lifetime is None


def test_authtoken_ttl_sets_the_expiry(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    assert adapter.identify(token).expires_at == token.created + HOUR
    assert adapter.lifetime == HOUR


def test_token_without_creation_time_has_no_expiry(settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    ref = adapter.identify(SimpleNamespace(key="abc", user_id=1))
    assert (ref.issued_at, ref.expires_at) == (None, None)


def test_proxy_of_the_admin_has_the_same_reference(token):
    assert adapter.identify(TokenProxy.objects.get()) == adapter.identify(token)


def test_identify_makes_no_query(token, django_assert_num_queries):
    fresh = Token.objects.get()
    with django_assert_num_queries(0):
        adapter.identify(fresh)


def test_raw_token_is_resolved(token):
    assert adapter.resolve(token.key) == adapter.identify(token)


@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw + "0"])
def test_almost_matching_key_is_not_resolved(token, change):
    assert adapter.resolve(change(token.key)) is None


def test_key_in_another_case_is_resolved_if_drf_accepts_it(token):
    # With a case-insensitive collation DRF accepts it, so it must be revocable.
    Token.objects.update(key="abcdef" + "0" * 34)
    accepted = Token.objects.filter(key="ABCDEF" + "0" * 34).first()
    resolved = adapter.resolve("ABCDEF" + "0" * 34)
    assert resolved == (adapter.identify(accepted) if accepted else None)


def test_key_in_another_case_is_not_revoked(token, user):
    Token.objects.update(key="a" * 40)
    services.revoke(adapter.identify(Token.objects.get()))
    assert not services.is_revoked(adapter.identify(Token(key="A" * 40, user=user)))


def test_expired_token_is_resolved(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - 2 * HOUR)
    assert adapter.resolve(token.key) is not None


def test_active_tokens_belong_to_the_user(token, user):
    AuthTokenFactory()
    assert adapter.active_tokens(user) == [adapter.identify(token)]


def test_delete_stored_deletes_only_that_token(token):
    other = AuthTokenFactory()
    adapter.delete_stored(adapter.identify(token))
    assert Token.objects.get() == other


def test_delete_stored_keeps_a_newer_token_of_the_user(token, user):
    old_ref = adapter.identify(token)
    token.delete()
    new = AuthTokenFactory(user=user)
    adapter.delete_stored(old_ref)
    assert Token.objects.get() == new


def test_delete_stored_is_idempotent(token):
    ref = adapter.identify(token)
    adapter.delete_stored(ref)
    adapter.delete_stored(ref)
    assert not Token.objects.exists()


def test_delete_stored_ignores_a_reference_without_user(token):
    ref = adapter.identify(Token(key=token.key))
    adapter.delete_stored(type(ref)(kind=ref.kind, identifier=ref.identifier))
    assert Token.objects.exists()


def test_issue_returns_the_existing_token(token, user):
    assert adapter.issue(user).raw == token.key


def test_issue_creates_a_token_for_a_user_without_one(user):
    issued = adapter.issue(user)
    stored = Token.objects.get(user=user)
    assert (issued.raw, issued.ref) == (stored.key, adapter.identify(stored))


def test_issue_replaces_an_expired_token(token, user, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - HOUR)
    issued = adapter.issue(user)
    assert issued.raw != token.key
    assert issued.ref.expires_at > timezone.now()


def test_issue_replaces_a_token_revoked_by_a_cutoff(token, user):
    services.revoke_everyone()
    issued = adapter.issue(user)
    assert issued.raw != token.key
    assert not services.is_revoked(issued.ref)


def test_issue_replaces_a_revoked_token_that_was_inserted_again(token, user):
    services.revoke(adapter.identify(token))
    token.save(force_insert=True)
    assert adapter.issue(user).raw != token.key


def get_response(authentication, header):
    class View(APIView):
        authentication_classes = (authentication,)
        permission_classes = (IsAuthenticated,)

        def get(self, request):
            return Response(request.user.pk)

    return View.as_view()(APIRequestFactory().get("/", HTTP_AUTHORIZATION=header))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Token",
        "Token ",
        "Token one two",
        "Token unknown",
        "Token \xc3\xa9",
        "Token \xff",
        "Token " + "0" * 40,
        "Token " + "x" * 10_000,
        "Basic dTpw",
    ],
)
def test_invalid_header_gets_the_response_of_drf(db, header):
    response = get_response(RevocableTokenAuthentication, header)
    drf_response = get_response(TokenAuthentication, header)
    assert response.status_code == drf_response.status_code == 401
    assert response.data == drf_response.data
    assert response["WWW-Authenticate"] == drf_response["WWW-Authenticate"]


def test_authenticate_returns_what_drf_returns(token):
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Token {token.key}")
    result = RevocableTokenAuthentication().authenticate(request)
    assert result == TokenAuthentication().authenticate(request) == (token.user, token)
