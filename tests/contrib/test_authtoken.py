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


def test_it_is_in_use_unless_a_project_says_otherwise():
    assert get_adapters().keys() == {"authtoken"}


def test_a_token_is_identified_by_a_digest_of_its_key(token, user):
    ref = adapter.identify(token)
    assert ref.kind == "authtoken"
    assert ref.identifier == hashlib.sha256(token.key.encode()).hexdigest()
    assert ref.subjects == (Subject.user(user.pk),)


def test_a_token_lives_for_ever_by_default(token):
    ref = adapter.identify(token)
    assert (ref.issued_at, ref.expires_at) == (token.created, None)
    assert adapter.lifetime is None


def test_a_token_lives_as_long_as_the_settings_say_from_now_on(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    assert adapter.identify(token).expires_at == token.created + HOUR
    assert adapter.lifetime == HOUR


def test_a_model_of_tokens_may_do_without_a_time_of_creation(settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    ref = adapter.identify(SimpleNamespace(key="abc", user_id=1))
    assert (ref.issued_at, ref.expires_at) == (None, None)


def test_the_proxy_of_the_admin_is_the_same_token(token):
    assert adapter.identify(TokenProxy.objects.get()) == adapter.identify(token)


def test_identifying_queries_nothing(token, django_assert_num_queries):
    fresh = Token.objects.get()
    with django_assert_num_queries(0):
        adapter.identify(fresh)


def test_a_raw_token_is_read(token):
    assert adapter.read(token.key) == adapter.identify(token)


@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw + "0"])
def test_what_is_nearly_a_token_is_not_one(token, change):
    assert adapter.read(change(token.key)) is None


def test_a_key_in_another_case_is_what_it_is_to_the_package(token):
    """Databases with a case-blind collation let DRF accept it, so it can be revoked there."""
    Token.objects.update(key="abcdef" + "0" * 34)
    accepted = Token.objects.filter(key="ABCDEF" + "0" * 34).first()
    read = adapter.read("ABCDEF" + "0" * 34)
    assert read == (adapter.identify(accepted) if accepted else None)


def test_a_key_of_another_case_is_not_revoked_by_mistake(token, user):
    Token.objects.update(key="a" * 40)
    services.revoke(adapter.identify(Token.objects.get()))
    assert not services.is_revoked(adapter.identify(Token(key="A" * 40, user=user)))


def test_an_expired_token_is_read_still(token, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - 2 * HOUR)
    assert adapter.read(token.key) is not None


def test_active_tokens_are_those_of_the_user(token, user):
    AuthTokenFactory()
    assert adapter.active_tokens(user) == [adapter.identify(token)]


def test_destroying_deletes_that_token_alone(token):
    other = AuthTokenFactory()
    adapter.destroy(adapter.identify(token))
    assert Token.objects.get() == other


def test_destroying_spares_the_token_that_came_after(token, user):
    old = adapter.identify(token)
    token.delete()
    new = AuthTokenFactory(user=user)
    adapter.destroy(old)
    assert Token.objects.get() == new


def test_destroying_what_is_gone_is_harmless(token):
    ref = adapter.identify(token)
    adapter.destroy(ref)
    adapter.destroy(ref)
    assert not Token.objects.exists()


def test_a_token_without_a_user_is_left_alone(token):
    ref = adapter.identify(Token(key=token.key))
    adapter.destroy(type(ref)(kind=ref.kind, identifier=ref.identifier))
    assert Token.objects.exists()


def test_issuing_gives_the_living_token_again(token, user):
    assert adapter.issue(user).raw == token.key


def test_issuing_makes_a_token_for_a_user_without_one(user):
    issued = adapter.issue(user)
    stored = Token.objects.get(user=user)
    assert (issued.raw, issued.ref) == (stored.key, adapter.identify(stored))


def test_issuing_never_gives_an_expired_token(token, user, settings):
    settings.TOKEN_REVOCATION = {"AUTHTOKEN_TTL": HOUR}
    Token.objects.update(created=timezone.now() - HOUR)
    issued = adapter.issue(user)
    assert issued.raw != token.key
    assert issued.ref.expires_at > timezone.now()


def test_issuing_never_gives_a_token_before_a_cutoff(token, user):
    services.revoke_everyone()
    issued = adapter.issue(user)
    assert issued.raw != token.key
    assert not services.is_revoked(issued.ref)


def test_issuing_never_gives_a_revoked_token_that_came_back(token, user):
    services.revoke(adapter.identify(token))
    token.save(force_insert=True)
    assert adapter.issue(user).raw != token.key


def answer_of(authentication, header):
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
def test_what_was_never_a_token_is_answered_as_in_drf(db, header):
    ours = answer_of(RevocableTokenAuthentication, header)
    theirs = answer_of(TokenAuthentication, header)
    assert ours.status_code == theirs.status_code == 401
    assert ours.data == theirs.data
    assert ours["WWW-Authenticate"] == theirs["WWW-Authenticate"]


def test_the_user_and_the_token_are_those_of_drf(token):
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"Token {token.key}")
    ours = RevocableTokenAuthentication().authenticate(request)
    assert ours == TokenAuthentication().authenticate(request) == (token.user, token)
