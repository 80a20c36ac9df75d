"""An account that is not active is refused at every door, also where the project lets it in."""

from __future__ import annotations

import pytest

from tests.contrib.simplejwt.clients import answer_code, refresh
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
    def test_no_token_of_it_authenticates(self, client):
        answer = client.get("/protected/")
        assert answer.status_code == 401
        assert "inactive" in answer.json()["detail"]

    def test_none_is_refreshed(self, pair, rotating):
        assert answer_code(refresh(pair.refresh)) == INACTIVE

    def test_none_is_refreshed_without_rotation(self, pair):
        assert answer_code(refresh(pair.refresh)) == INACTIVE

    def test_no_sliding_token_is_refreshed(self, nobody, sliding):
        answer = nobody.post("/api/token/sliding/refresh/", {"token": sliding})
        assert answer_code(answer) == INACTIVE

    @pytest.mark.parametrize("part", ["access", "refresh"])
    def test_none_is_verified(self, nobody, pair, part):
        answer = nobody.post("/api/token/verify/", {"token": getattr(pair, part)})
        assert answer_code(answer) == INACTIVE

    def test_it_can_log_out(self, nobody, pair):
        assert nobody.post("/auth/logout/", {"refresh": pair.refresh}).status_code == 204
