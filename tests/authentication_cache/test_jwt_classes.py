"""Cached JWTs with settings, keys and classes of a project, which are never bypassed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rest_framework.exceptions import AuthenticationFailed

pytest.importorskip("rest_framework_simplejwt")

from rest_framework_simplejwt import settings as simplejwt
from rest_framework_simplejwt import state
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, SlidingToken, api_settings

from tests.authentication_cache.jwts import (
    STATEFUL,
    STATELESS,
    authenticate,
    is_verified,
    make_token,
)
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter, _verified_tokens
from token_revocation.stores import get_store

ADAPTERS = ["token_revocation.contrib.simplejwt.SimpleJWTAdapter"]

KEY = "another-key-that-is-longer-than-thirty-two-bytes"

CHANGES = {
    "key": {"signing_key": KEY, "prepared_signing_key": KEY.encode()},
    "audience": {"audience": "them"},
    "issuer": {"issuer": "them"},
    "algorithm": {"algorithm": "HS512"},
}


@pytest.fixture(autouse=True)
def _use_cache(use_cache):
    use_cache(ADAPTERS=ADAPTERS)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
def test_a_changed_key_or_setting_is_noticed(access, monkeypatch, change, authentication):
    raw = str(access)
    authenticate(raw, authentication)
    for name, value in change.items():
        monkeypatch.setitem(vars(state.token_backend), name, value)
    with pytest.raises(AuthenticationFailed):
        authenticate(raw, authentication)


def test_another_backend_is_noticed(access, monkeypatch):
    raw = str(access)
    authenticate(raw)
    monkeypatch.setattr(state, "token_backend", TokenBackend("HS256", KEY))
    with pytest.raises(AuthenticationFailed):
        authenticate(raw)


@pytest.mark.parametrize("change", [{"JTI_CLAIM": "id"}, {"TOKEN_TYPE_CLAIM": "typ"}])
def test_a_changed_claim_name_is_noticed(access, monkeypatch, change):
    authenticate(access)
    for name, value in change.items():
        monkeypatch.setattr(api_settings, name, value)
    with pytest.raises(AuthenticationFailed):
        authenticate(access)


def test_other_token_classes_are_noticed(access, monkeypatch):
    authenticate(access)
    monkeypatch.setattr(api_settings, "AUTH_TOKEN_CLASSES", [SlidingToken])
    with pytest.raises(AuthenticationFailed):
        authenticate(access)


def test_a_token_class_with_its_own_check_is_called_every_time(access, monkeypatch, verified):
    class Checked(AccessToken):
        is_open = True

        def verify(self):
            super().verify()
            if not self.is_open:
                raise TokenError("closed")

    monkeypatch.setattr(api_settings, "AUTH_TOKEN_CLASSES", [Checked])
    assert [is_verified(access, verified) for _ in range(2)] == [True, True]
    Checked.is_open = False
    with pytest.raises(AuthenticationFailed):
        authenticate(access)


def test_a_backend_of_the_project_is_called_every_time(access, monkeypatch, verified):
    class Backend(TokenBackend):
        pass

    key = state.token_backend.signing_key
    monkeypatch.setattr(state, "token_backend", Backend("HS256", key))
    assert [is_verified(access, verified) for _ in range(2)] == [True, True]


def test_a_fetched_key_set_is_used_until_it_is_old(access, monkeypatch, verified):
    cache = SimpleNamespace(get=lambda: None)
    client = SimpleNamespace(jwk_set_cache=cache)
    monkeypatch.setattr(state.token_backend, "jwks_client", client)
    assert [is_verified(access, verified) for _ in range(2)] == [True, True]
    for fetched in (object(), object()):
        monkeypatch.setattr(cache, "get", lambda fetched=fetched: fetched)
        assert [is_verified(access, verified) for _ in range(2)] == [True, False]
    monkeypatch.setattr(client, "jwk_set_cache", None)
    assert is_verified(access, verified)


def test_classes_share_no_entries(access, verified):
    class Other(STATEFUL):
        pass

    authenticate(access)
    assert [is_verified(access, verified, Other) for _ in range(2)] == [True, False]
    assert is_verified(access, verified, STATELESS)


def test_overrides_of_a_subclass_are_called_every_time(access, verified):
    calls = []

    class Recording(STATEFUL):
        def get_validated_token(self, raw_token):
            calls.append("token")
            return super().get_validated_token(raw_token)

        def get_user(self, validated_token):
            calls.append("user")
            return super().get_user(validated_token)

        def authenticate(self, request):
            calls.append("request")
            return super().authenticate(request)

    assert [is_verified(access, verified, Recording) for _ in range(2)] == [True, False]
    assert calls == ["request", "token", "user"] * 2


def test_a_class_behind_is_called_every_time(access, verified):
    calls = []

    class Behind(JWTAuthentication):
        def get_validated_token(self, raw_token):
            calls.append("token")
            return super().get_validated_token(raw_token)

    class Guarded(STATEFUL, Behind):
        pass

    assert [is_verified(access, verified, Guarded) for _ in range(2)] == [True, True]
    assert len(calls) == 2


def test_a_class_behind_that_finds_the_user_is_called_every_time(access, user, verified):
    class Behind(JWTAuthentication):
        def get_user(self, validated_token):
            return type(user).objects.get(pk=validated_token["user_id"])

    class Guarded(STATEFUL, Behind):
        pass

    assert [is_verified(access, verified, Guarded) for _ in range(2)] == [True, False]
    assert authenticate(access, Guarded)[2] == 1


def test_a_token_that_a_subclass_changes_is_identified_anew(access, verified):
    class Renaming(STATELESS):
        jti = "first"

        def get_validated_token(self, raw_token):
            token = super().get_validated_token(raw_token)
            token["jti"] = self.jti
            return token

    assert [is_verified(access, verified, Renaming) for _ in range(2)] == [True, True]


def test_a_cached_token_that_a_subclass_changes_is_identified_anew(access, verified):
    class Renaming(STATELESS):
        jti = None

        def get_user(self, validated_token):
            if self.jti:
                validated_token["jti"] = self.jti
            return super().get_user(validated_token)

        def check_not_revoked(self, request, user, token):
            super().check_not_revoked(request, user, token)
            seen.append(request.revocable_token.identifier)

    seen = []
    authenticate(access, Renaming)
    Renaming.jti = "other"
    assert not is_verified(access, verified, Renaming)
    assert seen == [access["jti"], "other"]


def test_an_adapter_of_the_project_identifies_every_token(access, verified):
    class Adapter(SimpleJWTAdapter):
        def identify(self, token):
            return super().identify(token)

    class Adapted(STATEFUL):
        adapter = Adapter()

    assert [is_verified(access, verified, Adapted) for _ in range(2)] == [True, True]


def test_a_class_with_its_own_references_is_asked_every_time(access, verified):
    found = []

    class Identifying(STATELESS):
        def find_ref(self, token):
            found.append(token)
            return super().find_ref(token)

    assert [is_verified(access, verified, Identifying) for _ in range(2)] == [True, False]
    assert len(found) == 2


def test_a_user_that_is_found_by_another_field_is_read_every_time(user, monkeypatch, verified):
    for each in (api_settings, simplejwt.api_settings):  # Two, if a test has reloaded them.
        monkeypatch.setattr(each, "USER_ID_FIELD", "username")
    raw = str(make_token(user))
    assert [is_verified(raw, verified) for _ in range(2)] == [True, True]


def test_a_user_of_another_model_is_read_every_time(access, monkeypatch, verified):
    """No signal reports changes of such users."""
    monkeypatch.setattr(_verified_tokens, "get_django_setting", lambda name: "other.User")
    assert [is_verified(access, verified) for _ in range(2)] == [True, False]
    assert authenticate(access)[2] == 1


def tenant():
    return tenant.name


@pytest.mark.parametrize("authentication", [STATEFUL, STATELESS])
def test_tenants_share_no_entries(access, verified, use_cache, authentication):
    use_cache(TENANT=f"{__name__}.tenant", ADAPTERS=ADAPTERS)
    for tenant.name in ("first", "second"):
        get_store().refresh()
        results = [is_verified(access, verified, authentication) for _ in range(2)]
        assert results == [True, False]


def test_a_second_check_of_a_cached_token_asks_the_store(access):
    authenticate(access, STATELESS)
    token = authenticate(access, STATELESS)[1]
    ref = SimpleJWTAdapter().identify(token)
    assert not STATELESS().is_revoked(token, ref)
    services.revoke(ref)
    assert STATELESS().is_revoked(token, ref)


def test_a_token_without_a_user_is_cached(verified):
    raw = str(AccessToken())

    class Machine(STATELESS):
        def get_user(self, validated_token):
            return None

    assert [is_verified(raw, verified, Machine) for _ in range(2)] == [True, False]
