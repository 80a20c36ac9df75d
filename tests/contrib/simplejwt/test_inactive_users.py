"""Tokens of an inactive user are rejected, whatever ``CHECK_USER_IS_ACTIVE`` is."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import refresh, response_code
from token_revocation.contrib.simplejwt.tokens import RevocableSlidingToken

INACTIVE = (401, "user_inactive")


@pytest.fixture(params=[True, False])
def _inactive(request, simple_jwt, user):
    simple_jwt(CHECK_USER_IS_ACTIVE=request.param)
    type(user).objects.filter(pk=user.pk).update(is_active=False)


@pytest.fixture
def sliding(user):
    return str(RevocableSlidingToken.for_user(user))


@pytest.mark.usefixtures("sliding", "pair", "_inactive")
class TestInactive:
    def test_access_token_does_not_authenticate(self, client):
        response = client.get("/protected/")
        assert response.status_code == 401
        assert "inactive" in response.json()["detail"]

    def test_refresh_token_is_not_refreshed(self, pair, rotating):
        assert response_code(refresh(pair.refresh)) == INACTIVE

    def test_refresh_token_is_not_refreshed_without_rotation(self, pair):
        assert response_code(refresh(pair.refresh)) == INACTIVE

    def test_sliding_token_is_not_refreshed(self, api_client, sliding):
        response = api_client.post("/api/token/sliding/refresh/", {"token": sliding})
        assert response_code(response) == INACTIVE

    @pytest.mark.parametrize("part", ["access", "refresh"])
    def test_token_is_not_verified(self, api_client, pair, part):
        response = api_client.post("/api/token/verify/", {"token": getattr(pair, part)})
        assert response_code(response) == INACTIVE

    def test_inactive_user_can_log_out(self, api_client, pair):
        assert api_client.post("/auth/logout/", {"refresh": pair.refresh}).status_code == 204
