"""The authentication cache with classes, models and adapters of a project."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from tests.contrib import token_models
from token_revocation import _token_sources, services
from token_revocation.contrib.authtoken import AuthTokenAdapter, RevocableTokenAuthentication
from token_revocation.exceptions import TokenExpired, TokenRevoked
from token_revocation.stores import get_store
from token_revocation.tokens import Subject


@pytest.fixture(autouse=True)
def _use_cache(use_cache):
    """Use the authentication cache in all tests of this module."""


def test_a_custom_manager_is_queried_every_time(authenticate, monkeypatch):
    class Managed(RevocableTokenAuthentication):
        model = token_models.ManagedToken

    assert [authenticate(Managed)[2] > 0 for _ in range(2)] == [True, True]
    monkeypatch.setattr(token_models.SwitchableManager, "is_enabled", False)
    with pytest.raises(AuthenticationFailed, match="Invalid token"):
        authenticate(Managed)


def test_a_custom_base_class_is_called_every_time(authenticate):
    class CountingAuthentication(TokenAuthentication):
        calls = 0

        def authenticate_credentials(self, key):
            CountingAuthentication.calls += 1
            return super().authenticate_credentials(key)

    class Guarded(RevocableTokenAuthentication, CountingAuthentication):
        pass

    assert [authenticate(Guarded)[2] for _ in range(2)] == [1, 1]
    assert CountingAuthentication.calls == 2


def test_a_subclass_sees_every_token(authenticate):
    seen = []

    class RecordingAuthentication(RevocableTokenAuthentication):
        def authenticate_credentials(self, key):
            user, token = super().authenticate_credentials(key)
            seen.append(user)
            return user, token

    assert [authenticate(RecordingAuthentication)[2] for _ in range(2)] == [1, 0]
    assert len(seen) == 2


def test_classes_with_different_models_do_not_share_entries(authenticate):
    class Undated(RevocableTokenAuthentication):
        model = token_models.TokenWithoutCreated

    authenticate()
    assert type(authenticate(Undated)[1]) is token_models.TokenWithoutCreated
    assert type(authenticate()[1]) is not token_models.TokenWithoutCreated


def test_subjects_of_a_custom_adapter_are_checked(authenticate, token):
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


def test_a_shorter_lifetime_applies_to_cached_tokens(authenticate, settings, token):
    type(token).objects.update(created=token.created - timedelta(days=1))
    authenticate()
    changed = {**settings.TOKEN_REVOCATION, "AUTHTOKEN_TTL": timedelta(hours=1)}
    settings.TOKEN_REVOCATION = changed
    get_store().refresh()
    with pytest.raises(TokenExpired):
        authenticate()


def test_kinds_do_not_share_entries(authenticate, token):
    class PartnerAdapter(AuthTokenAdapter):
        kind = "partner"

    class OfPartners(RevocableTokenAuthentication):
        adapter = PartnerAdapter()

    authenticate(OfPartners)
    assert [authenticate(OfPartners)[2], authenticate()[2]] == [0, 1]
    services.revoke(PartnerAdapter().identify(token))
    with pytest.raises(TokenRevoked):
        authenticate(OfPartners)


def test_tokens_of_other_owners_than_users_are_read_every_time(authenticate, monkeypatch):
    """No signal reports changes of such owners."""
    monkeypatch.setattr(_token_sources, "has_cutoff_user", lambda model: False)
    assert [authenticate()[2] for _ in range(2)] == [1, 1]


def test_a_custom_adapter_identifies_a_cached_token_each_time(authenticate):
    class ChangingAdapter(AuthTokenAdapter):
        session = "one"

        def identify(self, stored):
            return replace(super().identify(stored), subjects=(Subject.session(self.session),))

    class ChangingAuthentication(RevocableTokenAuthentication):
        adapter = ChangingAdapter()

    assert [authenticate(ChangingAuthentication)[2] for _ in range(2)] == [1, 0]
    services.revoke_session("another")
    assert authenticate(ChangingAuthentication)[2] == 0
    ChangingAdapter.session = "another"
    with pytest.raises(AuthenticationFailed):
        authenticate(ChangingAuthentication)
