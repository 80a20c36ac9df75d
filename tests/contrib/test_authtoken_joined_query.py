"""The query that reads token, user and revocations together."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.requests import request_with
from tests.contrib import token_models
from tests.contrib.authtoken_requests import (
    authenticate_with,
    authentication_class_for,
    count_queries,
    get_values,
)
from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.database import DatabaseStore
from token_revocation.tokens import Subject, TokenRef

MODELS = [
    "TokenWithoutCreated",
    "CustomDateToken",
    "NullableDateToken",
    "ManagedToken",
    "TruncatedKeyToken",
]


@pytest.fixture(params=["Token", *MODELS])
def model(request):
    """Each token model, including those for which the query cannot be joined."""
    return Token if request.param == "Token" else getattr(token_models, request.param)


def test_one_query_reads_token_user_and_revocations(token):
    assert count_queries(RevocableTokenAuthentication, token.key) == 1


def test_user_and_token_are_linked_without_a_query(token, django_assert_num_queries):
    user, stored = authenticate_with(RevocableTokenAuthentication, token.key)
    with django_assert_num_queries(0):
        assert stored.user is user
        assert user.auth_token is stored


def test_instances_have_the_state_of_stored_rows(token):
    for instance in authenticate_with(RevocableTokenAuthentication, token.key):
        assert (instance._state.db, instance._state.adding) == ("default", False)


def test_each_request_gets_new_instances(token):
    first, second = (authenticate_with(RevocableTokenAuthentication, token.key) for _ in range(2))
    assert first == second
    assert all(a is not b for a, b in zip(first, second, strict=True))


def test_each_token_model_is_read_as_by_drf(token, model):
    result = authenticate_with(authentication_class_for(model), token.key)
    drf_result = authenticate_with(authentication_class_for(model, TokenAuthentication), token.key)
    for instance, drf_instance in zip(result, drf_result, strict=True):
        assert type(instance) is type(drf_instance)
        assert get_values(instance) == get_values(drf_instance)


@pytest.mark.parametrize("revoke", [services.revoke_all, lambda user: services.revoke_everyone()])
def test_cutoff_revokes_tokens_of_each_model(token, user, model, revoke):
    authentication = authentication_class_for(model)
    assert authenticate_with(authentication, token.key)
    revoke(user)
    Token.objects.get_or_create(**get_values(token))
    with pytest.raises(TokenRevoked):
        authenticate_with(authentication, token.key)


@pytest.mark.parametrize("revoke", [services.revoke_all, lambda user: services.revoke_everyone()])
def test_cutoff_alone_rejects_a_token(token, user, model, revoke):
    """Also without the row that the cutoff has added for the token itself."""
    stored = Token.objects.filter(pk=token.pk)
    created = token.created
    revoke(user)
    RevokedToken.objects.all().delete()
    Token.objects.get_or_create(**get_values(token))
    stored.update(created=created)
    with pytest.raises(TokenRevoked):
        authenticate_with(authentication_class_for(model), token.key)


def test_token_issued_at_the_time_of_a_cutoff_is_rejected(token):
    services.revoke_everyone()
    TokenCutoff.objects.update(not_before=token.created)
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)


def test_time_converted_by_a_custom_field_is_compared(token):
    services.revoke_everyone()
    not_before = token.created - timedelta(days=100)
    TokenCutoff.objects.update(not_before=not_before)
    assert authenticate_with(RevocableTokenAuthentication, token.key)
    with pytest.raises(TokenRevoked):
        authenticate_with(authentication_class_for(token_models.CustomDateToken), token.key)


def test_cutoff_of_another_user_adds_no_query(token):
    services.revoke_all(AuthTokenFactory().user)
    assert count_queries(RevocableTokenAuthentication, token.key) == 1


def test_cutoff_before_the_token_adds_no_query(user):
    services.revoke_all(user)
    raw = services.issue(user).raw
    assert count_queries(RevocableTokenAuthentication, raw) == 1


def test_token_kept_by_a_cutoff_adds_no_query(token, user):
    services.revoke_all(user, keep=AuthTokenAdapter().identify(token))
    assert count_queries(RevocableTokenAuthentication, token.key) == 1


def test_token_of_a_user_deleted_and_restored_stays_revoked(token, user):
    services.revoke_all(user)
    pk = user.pk
    user.delete()
    user.pk = pk
    user.save(force_insert=True)
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)


def test_second_check_of_the_same_token_reads_the_current_state(token, user):
    authentication = RevocableTokenAuthentication()
    request = request_with(f"Token {token.key}")
    user_and_token = authentication.authenticate(request)
    services.revoke_everyone()
    with pytest.raises(TokenRevoked):
        authentication.check_not_revoked(request, *user_and_token)


def test_custom_manager_is_used_for_each_request(token, monkeypatch):
    authentication = authentication_class_for(token_models.ManagedToken)
    assert authenticate_with(authentication, token.key)
    monkeypatch.setattr(token_models.SwitchableManager, "is_enabled", False)
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        authenticate_with(authentication, token.key)


def test_override_of_a_base_class_is_called(token):
    class RejectingAuthentication(TokenAuthentication):
        def authenticate_credentials(self, key):
            raise AuthenticationFailed("not today")

    class Authentication(RevocableTokenAuthentication, RejectingAuthentication):
        pass

    with pytest.raises(AuthenticationFailed, match="not today"):
        authenticate_with(Authentication, token.key)


def test_get_model_can_be_overridden(token):
    class Authentication(RevocableTokenAuthentication):
        def get_model(self):
            return token_models.TokenWithoutCreated

    stored = authenticate_with(Authentication, token.key)[1]
    assert type(stored) is token_models.TokenWithoutCreated


def test_custom_subjects_of_an_adapter_are_checked(token):
    class SessionAdapter(AuthTokenAdapter):
        def identify(self, stored):
            ref = super().identify(stored)
            subjects = (*ref.subjects, Subject.session("tab"))
            return TokenRef(**{**vars(ref), "subjects": subjects})

    class SessionAuthentication(RevocableTokenAuthentication):
        adapter = SessionAdapter()

    assert authenticate_with(SessionAuthentication, token.key)
    services.revoke_session("tab")
    with pytest.raises(TokenRevoked):
        authenticate_with(SessionAuthentication, token.key)


class RejectingStore(DatabaseStore):
    """Rejects every token."""

    def is_revoked(self, token):
        return True


def test_custom_store_is_used(token, settings):
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.RejectingStore"}
    with pytest.raises(TokenRevoked):
        authenticate_with(RevocableTokenAuthentication, token.key)
