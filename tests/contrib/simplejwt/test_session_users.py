"""Every way to end the session of a JWT records its user."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt.clients import client_with, refresh
from token_revocation import services
from token_revocation.contrib.simplejwt import SimpleJWTAdapter
from token_revocation.models import TokenCutoff


def log_out(pair):
    client_with(pair.access).post("/auth/logout/")


def revoke(pair):
    APIClient().post("/auth/revoke/", {"token": pair.refresh})


def revoke_refresh_token(pair):
    APIClient().post("/api/token/revoke/", {"refresh": pair.refresh})


def blacklist(pair):
    RefreshToken(pair.refresh).blacklist()


def reuse(pair):
    refresh(pair.refresh)
    refresh(pair.refresh)


def revoke_oldest(pair):
    user = services.resolve(pair.refresh).subject("user")
    services.revoke_oldest(SimpleNamespace(pk=user.id), keep=0)


@pytest.mark.usefixtures("rotating")
@pytest.mark.parametrize(
    "end", [log_out, revoke, revoke_refresh_token, blacklist, reuse, revoke_oldest]
)
def test_cutoff_of_the_session_has_its_user(pair, user, end):
    end(pair)
    cutoff = TokenCutoff.objects.get(subject_type="session")
    assert (cutoff.session_user, cutoff.user) == (user, None)


def test_user_is_the_primary_key_and_not_the_claim(simple_jwt, refresh_token, user):
    simple_jwt(USER_ID_FIELD="username")
    token = type(refresh_token).for_user(user)
    services.log_out(SimpleJWTAdapter().identify(token))
    assert TokenCutoff.objects.get().session_user == user
