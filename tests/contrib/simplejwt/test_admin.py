from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import path
from rest_framework_simplejwt.token_blacklist.admin import OutstandingTokenAdmin as StockAdmin
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.contrib.simplejwt import urls
from tests.contrib.simplejwt.clients import REVOKED, answer_code, pair_of, refresh
from token_revocation.admin.registry import offer_actions
from token_revocation.contrib.simplejwt.admin import OutstandingTokenAdmin
from token_revocation.models import Reason, RevokedToken

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


def revoke(client, row):
    data = {"action": "revoke_selected_tokens", "_selected_action": [row.pk]}
    return client.post(PAGE, data)


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
