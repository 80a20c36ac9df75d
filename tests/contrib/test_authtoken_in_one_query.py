"""Token, user and revocation in one query, and never a condition frozen that must be live."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from tests.authentication.asking import request_with
from tests.contrib import token_models
from tests.contrib.reading import public, queries_of, result_of, with_model
from tests.factories import AuthTokenFactory
from token_revocation import services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenRevoked
from token_revocation.models import RevokedToken, TokenCutoff
from token_revocation.stores.database import DatabaseStore
from token_revocation.tokens import Subject, TokenRef

MODELS = ["UndatedToken", "EarlierToken", "HesitantToken", "ManagedToken", "ShortenedToken"]


@pytest.fixture(params=["Token", *MODELS])
def model(request):
    """Each of the models, the last of them such as the query cannot be joined for."""
    return Token if request.param == "Token" else getattr(token_models, request.param)


def test_one_query_answers_for_the_token_its_user_and_every_revocation(token):
    assert queries_of(RevocableTokenAuthentication, token.key) == 1


def test_the_token_has_its_user_and_the_user_the_token(token, django_assert_num_queries):
    user, found = result_of(RevocableTokenAuthentication, token.key)
    with django_assert_num_queries(0):
        assert found.user is user
        assert user.auth_token is found


def test_both_come_from_the_database_and_not_from_nowhere(token):
    for instance in result_of(RevocableTokenAuthentication, token.key):
        assert (instance._state.db, instance._state.adding) == ("default", False)


def test_every_request_gets_instances_of_its_own(token):
    one, other = (result_of(RevocableTokenAuthentication, token.key) for _ in range(2))
    assert one == other
    assert all(a is not b for a, b in zip(one, other, strict=True))


def test_every_model_of_tokens_is_read_as_drf_reads_it(token, model):
    ours = result_of(with_model(model), token.key)
    theirs = result_of(with_model(model, TokenAuthentication), token.key)
    for our, their in zip(ours, theirs, strict=True):
        assert type(our) is type(their)
        assert public(our) == public(their)


@pytest.mark.parametrize("end", [services.revoke_all, lambda user: services.revoke_everyone()])
def test_a_cutoff_ends_the_tokens_of_every_model(token, user, model, end):
    authentication = with_model(model)
    assert result_of(authentication, token.key)
    end(user)
    Token.objects.get_or_create(**public(token))
    with pytest.raises(TokenRevoked):
        result_of(authentication, token.key)


@pytest.mark.parametrize("end", [services.revoke_all, lambda user: services.revoke_everyone()])
def test_a_cutoff_alone_is_a_reason(token, user, model, end):
    """Even if nothing tells any more that this very token was ended with it."""
    stored = Token.objects.filter(pk=token.pk)
    created = token.created
    end(user)
    RevokedToken.objects.all().delete()
    Token.objects.get_or_create(**public(token))
    stored.update(created=created)
    with pytest.raises(TokenRevoked):
        result_of(with_model(model), token.key)


def test_a_token_of_the_very_moment_of_a_cutoff_is_refused(token):
    services.revoke_everyone()
    TokenCutoff.objects.update(not_before=token.created)
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)


def test_a_moment_that_only_python_knows_is_compared_by_python(token):
    services.revoke_everyone()
    a_while_ago = token.created - timedelta(days=100)
    TokenCutoff.objects.update(not_before=a_while_ago)
    assert result_of(RevocableTokenAuthentication, token.key)
    with pytest.raises(TokenRevoked):
        result_of(with_model(token_models.EarlierToken), token.key)


def test_a_cutoff_of_another_user_costs_nothing(token):
    services.revoke_all(AuthTokenFactory().user)
    assert queries_of(RevocableTokenAuthentication, token.key) == 1


def test_a_cutoff_of_before_the_token_costs_nothing(user):
    services.revoke_all(user)
    raw = services.issue(user).raw
    assert queries_of(RevocableTokenAuthentication, raw) == 1


def test_a_token_that_a_cutoff_spares_is_accepted_at_no_cost(token, user):
    services.revoke_all(user, keep=AuthTokenAdapter().identify(token))
    assert queries_of(RevocableTokenAuthentication, token.key) == 1


def test_the_token_of_a_user_who_was_deleted_and_restored_stays_ended(token, user):
    services.revoke_all(user)
    pk = user.pk
    user.delete()
    user.pk = pk
    user.save(force_insert=True)
    token.save(force_insert=True)
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)


def test_what_is_known_of_a_request_is_not_kept_for_the_next_question(token, user):
    authentication = RevocableTokenAuthentication()
    request = request_with(f"Token {token.key}")
    found = authentication.authenticate(request)
    services.revoke_everyone()
    with pytest.raises(TokenRevoked):
        authentication.refuse_if_ended(request, *found)


def test_a_manager_of_the_project_decides_at_every_request(token, monkeypatch):
    authentication = with_model(token_models.ManagedToken)
    assert result_of(authentication, token.key)
    monkeypatch.setattr(token_models.Grumpy, "knows", False)
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        result_of(authentication, token.key)


def test_a_class_behind_that_asks_for_more_is_asked(token):
    class Suspicious(TokenAuthentication):
        def authenticate_credentials(self, key):
            raise AuthenticationFailed("not today")

    class Guarded(RevocableTokenAuthentication, Suspicious):
        pass

    with pytest.raises(AuthenticationFailed, match="not today"):
        result_of(Guarded, token.key)


def test_the_model_may_depend_on_the_request(token):
    class Choosing(RevocableTokenAuthentication):
        def get_model(self):
            return token_models.UndatedToken

    assert type(result_of(Choosing, token.key)[1]) is token_models.UndatedToken


def test_an_adapter_with_subjects_of_its_own_is_asked_about_them(token):
    class SessionAdapter(AuthTokenAdapter):
        def identify(self, stored):
            ref = super().identify(stored)
            subjects = (*ref.subjects, Subject.session("tab"))
            return TokenRef(**{**vars(ref), "subjects": subjects})

    class InSessions(RevocableTokenAuthentication):
        adapter = SessionAdapter()

    assert result_of(InSessions, token.key)
    services.revoke_session("tab")
    with pytest.raises(TokenRevoked):
        result_of(InSessions, token.key)


class StrictStore(DatabaseStore):
    """Refuses everything, whatever the database says."""

    def is_revoked(self, token):
        return True


def test_a_store_that_answers_by_itself_is_asked(token, settings):
    settings.TOKEN_REVOCATION = {"STORE": f"{__name__}.StrictStore"}
    with pytest.raises(TokenRevoked):
        result_of(RevocableTokenAuthentication, token.key)
