"""The admin of simplejwt's outstanding tokens."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.contrib import admin
from django.urls import path
from rest_framework_simplejwt.token_blacklist.admin import OutstandingTokenAdmin as DefaultAdmin
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt import urls
from tests.contrib.simplejwt.clients import (
    REVOKED,
    Pair,
    client_with,
    parse_pair,
    refresh,
    response_code,
    status_of,
)
from tests.queries import count_queries
from token_revocation.admin._registry import extend_admin_site
from token_revocation.contrib.simplejwt._admin import OutstandingTokenAdmin
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff

PAGE = "/site/token_blacklist/outstandingtoken/"


@pytest.fixture(autouse=True)
def site(settings):
    """An admin site with the outstanding tokens, at ``/site/``."""
    site = admin.AdminSite("test_site")
    site.register(OutstandingToken, DefaultAdmin)
    extend_admin_site(site)
    patterns = [path("site/", site.urls), *urls.urlpatterns]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": patterns})
    return site


def revoke(client, *rows):
    data = {"action": "revoke_selected_tokens", "_selected_action": [row.pk for row in rows]}
    return client.post(PAGE, data)


def log_in(user):
    token = RevocableRefreshToken.for_user(user)
    return Pair(refresh=str(token), access=str(token.access_token))


def test_admin_pages_contain_no_token(admin_client, pair):
    row = OutstandingToken.objects.get()
    pages = [admin_client.get(page) for page in (PAGE, f"{PAGE}{row.pk}/change/")]
    assert {page.status_code for page in pages} == {200}
    assert row.jti in pages[1].text
    assert not any(pair.refresh in page.text for page in pages)


def test_default_model_admin_is_replaced(site):
    assert type(site._registry[OutstandingToken]) is OutstandingTokenAdmin


def test_selected_token_is_revoked(admin_client, admin_user, pair):
    assert revoke(admin_client, OutstandingToken.objects.get()).status_code == 302
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by) == (Reason.ADMIN, admin_user)
    assert response_code(refresh(pair.refresh)) == REVOKED


@pytest.mark.trap("T18")
def test_only_the_session_of_the_selected_token_is_revoked(admin_client, admin_user, user, pair):
    other = log_in(user)
    revoke(admin_client, OutstandingToken.objects.get(token=pair.refresh))
    assert response_code(client_with(pair.access).get("/protected/")) == REVOKED
    assert status_of(other.access) == refresh(other.refresh).status_code == 200
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.reason) == ("session", Reason.ADMIN)
    assert cutoff.revoked_by == admin_user


def test_selecting_a_used_token_revokes_its_session(admin_client, rotating, pair):
    newer = parse_pair(refresh(pair.refresh))
    revoke(admin_client, OutstandingToken.objects.get(token=pair.refresh))
    assert status_of(newer.access) == refresh(newer.refresh).status_code == 401


def test_selecting_an_expired_token_revokes_its_session(admin_client, user, pair):
    token = RefreshToken(pair.refresh)
    token.set_exp(lifetime=-timedelta(hours=1))
    OutstandingToken.objects.update(token=str(token))
    revoke(admin_client, OutstandingToken.objects.get())
    assert status_of(pair.access) == 401


def test_number_of_sessions_does_not_change_the_queries(admin_client, user):
    pairs = [log_in(user) for _ in range(52)]
    first, second, *others = OutstandingToken.objects.all()
    revoke(admin_client, first)  # The first call fills the caches of Django.
    one = count_queries(partial(revoke, admin_client, second))
    assert count_queries(partial(revoke, admin_client, *others)) == one
    assert {status_of(pair.access) for pair in pairs} == {401}


def test_selecting_a_token_within_its_grace_period_revokes_it(
    admin_client, revocation, rotating, pair
):
    revocation(REFRESH_GRACE_PERIOD=timedelta(minutes=1))
    parse_pair(refresh(pair.refresh))
    parse_pair(refresh(pair.refresh))
    revoke(admin_client, OutstandingToken.objects.order_by("pk").first())
    assert response_code(refresh(pair.refresh)) == REVOKED


def test_undecodable_token_is_revoked_by_its_jti(admin_client, pair, user):
    OutstandingToken.objects.update(token="")
    revoke(admin_client, OutstandingToken.objects.get())
    assert RevokedToken.objects.get().user == user
    assert response_code(refresh(pair.refresh)) == REVOKED
