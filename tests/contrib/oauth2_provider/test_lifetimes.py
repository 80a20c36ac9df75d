"""Lifetimes of OAuth Toolkit's tokens, and the oldest usable one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

pytest.importorskip("oauth2_provider")

from oauth2_provider.models import IDToken, RefreshToken

from token_revocation import clock, services
from token_revocation.clock import aware
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import TokenCutoff
from token_revocation.stores import get_store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

adapter = OAuth2ProviderAdapter()

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password"),
]


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "UTC_NOW", {})


@pytest.fixture
def make_id_token(application, user):
    def make(lifetime):
        return IDToken.objects.create(
            user=user, application=application, expires=timezone.now() + lifetime, scope="openid"
        )

    return make


@pytest.mark.parametrize(
    ("options", "stored", "hours"),
    [
        ({"OIDC_ENABLED": True, "ID_TOKEN_EXPIRE_SECONDS": 36_000}, None, 10),
        ({"OIDC_ENABLED": False, "ID_TOKEN_EXPIRE_SECONDS": 36_000}, None, 2),
        ({"OIDC_ENABLED": True, "ID_TOKEN_EXPIRE_SECONDS": 60}, 20 * HOUR, 20),
    ],
)
def test_id_tokens_count_for_the_lifetime(oauth, make_id_token, options, stored, hours):
    oauth(ACCESS_TOKEN_EXPIRE_SECONDS=3600, REFRESH_TOKEN_EXPIRE_SECONDS=3600, **options)
    if stored:
        make_id_token(stored)
    assert round(adapter.lifetime / HOUR) == hours


@pytest.mark.parametrize("after", [None, 86_400])
def test_oldest_usable_or_refreshable_token_counts(oauth, log_in, after):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=after)
    log_in()
    # The access token has expired by then.
    made = aware(RefreshToken.objects.get().created)
    with time_machine.travel(timezone.now() + 20 * HOUR):
        assert adapter.oldest_minted_at() == made
    with time_machine.travel(timezone.now() + 40 * DAY):
        is_refreshable = after is None
        assert (adapter.oldest_minted_at() == made) is is_refreshable


def test_pending_codes_count_for_the_oldest_token(oauth):
    oauth(AUTHORIZATION_CODE_EXPIRE_SECONDS=7200)
    assert adapter.oldest_minted_at() <= aware(timezone.now()) - 2 * HOUR


def test_purge_does_not_restore_id_tokens(oauth, make_id_token, user):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=60, ACCESS_TOKEN_EXPIRE_SECONDS=60, OIDC_ENABLED=False)
    id_token = make_id_token(10 * HOUR)
    cutoff = services.revoke_all(user)
    TokenCutoff.objects.update(expires_at=cutoff.not_before + HOUR)
    with time_machine.travel(timezone.now() + 8 * HOUR):
        assert services.purge() == 0
        assert get_store().is_revoked(adapter.identify(id_token))
    with time_machine.travel(timezone.now() + 40 * HOUR):
        assert services.purge() == 1


def test_long_refreshed_session_is_not_rejected(oauth, log_in, refresh, user):
    oauth(REFRESH_TOKEN_EXPIRE_SECONDS=86_400, ACCESS_TOKEN_EXPIRE_SECONDS=3600)
    grant, start = log_in(), timezone.now()
    services.revoke_session("another")
    for days in range(1, 5):
        with time_machine.travel(start + days * DAY):
            services.purge()
            answer = refresh(grant)
            assert answer.status_code == 200, answer.content
            tokens = answer.json()
            grant = type(grant)(tokens["access_token"], tokens["refresh_token"], grant.application)
