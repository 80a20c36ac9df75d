"""What classes, models and adapters of the project remember."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from tests.contrib import token_models
from token_revocation import services
from token_revocation.contrib.authtoken import (
    AuthTokenAdapter,
    RevocableTokenAuthentication,
    finding,
)
from token_revocation.exceptions import TokenExpired, TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import Subject


@pytest.fixture(autouse=True)
def _in_use(remembering):
    """Everything here is about it."""


def test_a_manager_of_the_project_is_asked_every_time(authenticate, monkeypatch):
    class Managed(RevocableTokenAuthentication):
        model = token_models.ManagedToken

    assert [authenticate(Managed)[2] > 0 for _ in range(2)] == [True, True]
    monkeypatch.setattr(token_models.Grumpy, "knows", False)
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        authenticate(Managed)


def test_a_class_behind_that_asks_for_more_is_asked_every_time(authenticate):
    class Asking(TokenAuthentication):
        asked = 0

        def authenticate_credentials(self, key):
            Asking.asked += 1
            return super().authenticate_credentials(key)

    class Guarded(RevocableTokenAuthentication, Asking):
        pass

    assert [authenticate(Guarded)[2] for _ in range(2)] == [1, 1]
    assert Asking.asked == 2


def test_a_class_of_the_project_on_top_sees_every_token(authenticate):
    seen = []

    class Watching(RevocableTokenAuthentication):
        def authenticate_credentials(self, key):
            user, token = super().authenticate_credentials(key)
            seen.append(user)
            return user, token

    assert [authenticate(Watching)[2] for _ in range(2)] == [1, 0]
    assert len(seen) == 2


def test_the_models_of_two_classes_are_two_things(authenticate):
    class Undated(RevocableTokenAuthentication):
        model = token_models.UndatedToken

    authenticate()
    assert type(authenticate(Undated)[1]) is token_models.UndatedToken
    assert type(authenticate()[1]) is not token_models.UndatedToken


def test_an_adapter_with_subjects_of_its_own_is_asked_about_them(authenticate, token):
    class SessionAdapter(AuthTokenAdapter):
        def identify(self, stored):
            ref = super().identify(stored)
            return replace(ref, subjects=(*ref.subjects, Subject.session("tab")))

    class InSessions(RevocableTokenAuthentication):
        adapter = SessionAdapter()

    assert [authenticate(InSessions)[2] for _ in range(2)] == [1, 0]
    services.revoke_session("tab")
    with pytest.raises(AuthenticationFailed):
        authenticate(InSessions)


def test_a_lifetime_that_becomes_shorter_counts_for_what_is_remembered_already(
    authenticate, settings, token
):
    type(token).objects.update(created=token.created - timedelta(days=1))
    authenticate()
    ours = {**settings.TOKEN_REVOCATION, "AUTHTOKEN_TTL": timedelta(hours=1)}
    settings.TOKEN_REVOCATION = ours
    get_store().refresh()
    with pytest.raises(TokenExpired):
        authenticate()


def test_a_token_of_one_kind_is_not_remembered_as_one_of_another(authenticate, token):
    class PartnerAdapter(AuthTokenAdapter):
        kind = "partner"

    class OfPartners(RevocableTokenAuthentication):
        adapter = PartnerAdapter()

    authenticate(OfPartners)
    assert [authenticate(OfPartners)[2], authenticate()[2]] == [0, 1]
    services.revoke(PartnerAdapter().identify(token))
    with pytest.raises(TokenRevoked):
        authenticate(OfPartners)


def test_tokens_of_others_than_users_are_read_every_time(authenticate, monkeypatch):
    """Nobody would tell us what becomes of their owners."""
    monkeypatch.setattr(finding, "_has_users", lambda model: False)
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_an_adapter_of_the_project_identifies_what_is_remembered_each_time(authenticate):
    class MovingAdapter(AuthTokenAdapter):
        session = "one"

        def identify(self, stored):
            return replace(super().identify(stored), subjects=(Subject.session(self.session),))

    class Moving(RevocableTokenAuthentication):
        adapter = MovingAdapter()

    assert [authenticate(Moving)[2] for _ in range(2)] == [1, 0]
    services.revoke_session("another")
    assert authenticate(Moving)[2] == 0
    MovingAdapter.session = "another"
    with pytest.raises(AuthenticationFailed):
        authenticate(Moving)
