"""A refresh token, at the token endpoint of the package."""

from __future__ import annotations

import pytest
from django.db import connection

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import AccessToken

from tests.contrib.oauth2_provider.asking import ask
from tests.hearing import hearing
from token_revocation import services
from token_revocation.models import Reason, RevokedToken, TokenCutoff
from token_revocation.signals import revoked_token_used
from token_revocation.testing.databases import failing_database

pytestmark = pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password")


@pytest.fixture
def used():
    """The revoked tokens that somebody presented."""
    with hearing(revoked_token_used, name="token") as told:
        yield told


def test_a_refresh_where_nobody_can_answer_is_answered_with_503(log_in, refresh):
    grant = log_in()
    with failing_database("token_revocation_revokedtoken"):
        answer = refresh(grant)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert refresh(grant).status_code == 200


def test_an_inactive_user_cannot_refresh(log_in, refresh, user):
    grant = log_in()
    type(user).objects.update(is_active=False)
    assert refresh(grant).json()["error"] == "invalid_grant"


def test_a_refresh_does_not_make_a_token_younger_than_its_login(log_in, refresh, client, user):
    """So that a refresh which was under way while the user was cut off comes to nothing."""
    grant = log_in()
    began = services.read(grant.refresh).issued_at
    made = refresh(grant).json()
    for name in ("access_token", "refresh_token"):
        assert services.read(made[name]).issued_at == began


def test_a_token_that_a_refresh_replaced_leaves_no_row(log_in, refresh):
    refresh(log_in())
    assert not RevokedToken.objects.exists()


def test_a_refresh_token_revoked_while_it_is_being_used_leads_to_nothing(log_in, refresh):
    grant = log_in()
    waiting = [services.read(grant.refresh)]

    def revoking(execute, sql, *args):
        # The validator has accepted it, and takes the next step.
        if sql.startswith("SAVEPOINT") and waiting:
            services.revoke(waiting.pop())
        return execute(sql, *args)

    with connection.execute_wrapper(revoking):
        answer = refresh(grant)
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert answer.json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()


def test_reuse_ends_the_session_where_the_package_is_told_to(oauth, log_in, refresh, client, used):
    oauth(REFRESH_TOKEN_REUSE_PROTECTION=True)
    grant = log_in()
    made = refresh(grant).json()
    assert refresh(grant).status_code == refresh(grant).status_code == 400
    assert ask(client, made["access_token"]).status_code == 401
    assert TokenCutoff.objects.get().reason == Reason.REUSED
    assert services.read(grant.refresh) in used


def test_garbage_is_no_refresh_token(log_in, refresh, used):
    assert refresh(log_in()._replace(refresh="garbage")).status_code == 400
    assert used == []
