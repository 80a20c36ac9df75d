from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.contrib import admin
from django.urls import path
from rest_framework_simplejwt.token_blacklist.admin import OutstandingTokenAdmin as StockAdmin
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from tests.contrib.simplejwt import urls
from tests.contrib.simplejwt.clients import (
    REVOKED,
    Pair,
    answer_code,
    pair_of,
    refresh,
    sending,
    status_of,
)
from tests.queries import cost
from token_revocation.admin.registry import offer_actions
from token_revocation.contrib.simplejwt.admin import OutstandingTokenAdmin
from token_revocation.contrib.simplejwt.tokens import RevocableRefreshToken
from token_revocation.models import Reason, RevokedToken, TokenCutoff

PAGE = "/site/token_blacklist/outstandingtoken/"


@pytest.fixture(autouse=True)
def site(settings):
    """Pages of the admin, at a place of their own."""
    made = admin.AdminSite("ours")
    made.register(OutstandingToken, StockAdmin)
    offer_actions(made)
    patterns = [path("site/", made.urls), *urls.urlpatterns]
    settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": patterns})
    return made


def revoke(client, *rows):
    data = {"action": "revoke_selected_tokens", "_selected_action": [row.pk for row in rows]}
    return client.post(PAGE, data)


def log_in(user):
    token = RevocableRefreshToken.for_user(user)
    return Pair(refresh=str(token), access=str(token.access_token))


def test_no_page_shows_a_token(admin_client, pair):
    row = OutstandingToken.objects.get()
    pages = [admin_client.get(page) for page in (PAGE, f"{PAGE}{row.pk}/change/")]
    assert {page.status_code for page in pages} == {200}
    assert row.jti in pages[1].text
    assert not any(pair.refresh in page.text for page in pages)


def test_the_stock_page_is_replaced_because_it_does(site):
    assert type(site._registry[OutstandingToken]) is OutstandingTokenAdmin


def test_the_chosen_tokens_are_revoked(admin_client, admin_user, pair):
    assert revoke(admin_client, OutstandingToken.objects.get()).status_code == 302
    row = RevokedToken.objects.get()
    assert (row.reason, row.revoked_by) == (Reason.ADMIN, admin_user)
    assert answer_code(refresh(pair.refresh)) == REVOKED


@pytest.mark.trap("T18")
def test_the_session_of_a_chosen_token_ends_and_no_other(admin_client, admin_user, user, pair):
    other = log_in(user)
    revoke(admin_client, OutstandingToken.objects.get(token=pair.refresh))
    assert answer_code(sending(pair.access).get("/protected/")) == REVOKED
    assert status_of(other.access) == refresh(other.refresh).status_code == 200
    cutoff = TokenCutoff.objects.get()
    assert (cutoff.subject_type, cutoff.reason) == ("session", Reason.ADMIN)
    assert cutoff.revoked_by == admin_user


def test_a_token_that_was_used_up_stands_for_its_session(admin_client, rotating, pair):
    made = pair_of(refresh(pair.refresh))
    revoke(admin_client, OutstandingToken.objects.get(token=pair.refresh))
    assert status_of(made.access) == refresh(made.refresh).status_code == 401


def test_an_expired_token_stands_for_its_session(admin_client, user, pair):
    token = RefreshToken(pair.refresh)
    token.set_exp(lifetime=-timedelta(hours=1))
    OutstandingToken.objects.update(token=str(token))
    revoke(admin_client, OutstandingToken.objects.get())
    assert status_of(pair.access) == 401


def test_fifty_sessions_end_by_the_queries_that_end_one(admin_client, user):
    pairs = [log_in(user) for _ in range(52)]
    first, second, *others = OutstandingToken.objects.all()
    revoke(admin_client, first)  # What is remembered for good is remembered from now on.
    one = cost(partial(revoke, admin_client, second))
    assert cost(partial(revoke, admin_client, *others)) == one
    assert {status_of(pair.access) for pair in pairs} == {401}


def test_a_token_used_a_moment_ago_is_revoked_on_purpose(admin_client, revocation, rotating, pair):
    revocation(REFRESH_GRACE=timedelta(minutes=1))
    pair_of(refresh(pair.refresh))
    pair_of(refresh(pair.refresh))
    revoke(admin_client, OutstandingToken.objects.order_by("pk").first())
    assert answer_code(refresh(pair.refresh)) == REVOKED


def test_a_token_that_cannot_be_decoded_any_more_is_revoked_by_its_name(admin_client, pair, user):
    OutstandingToken.objects.update(token="")
    revoke(admin_client, OutstandingToken.objects.get())
    assert RevokedToken.objects.get().user == user
    assert answer_code(refresh(pair.refresh)) == REVOKED
