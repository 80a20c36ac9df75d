"""Bulk revocation: the number of queries is independent of the number of tokens."""

from __future__ import annotations

from functools import partial

import pytest

pytest.importorskip("oauth2_provider")

from oauth2_provider.admin import AccessTokenAdmin, RefreshTokenAdmin
from oauth2_provider.models import AccessToken, IDToken, RefreshToken

from tests.contrib.oauth2_provider.test_contract import make_pair
from tests.factories import UserFactory
from tests.queries import count_queries
from token_revocation import services
from token_revocation.contrib.oauth2_provider import OAuth2ProviderAdapter
from token_revocation.models import RevokedToken

PAGES = {AccessToken: AccessTokenAdmin, RefreshToken: RefreshTokenAdmin}


@pytest.fixture
def make_pairs(db):
    """Return a function that makes access tokens with ID and refresh tokens."""

    def make(count):
        pairs = [make_pair(UserFactory()) for _ in range(count)]
        for _, _, access, _ in pairs:
            owned = {"user": access.user, "application": access.application}
            access.id_token = IDToken.objects.create(expires=access.expires, **owned)
            access.save()
        return pairs

    return make


@pytest.mark.parametrize("half", [0, 1])
def test_number_of_queries_does_not_depend_on_the_number_of_tokens(make_pairs, half):
    ones, many = make_pairs(1), make_pairs(50)
    halves = [services.resolve_many([pair[half] for pair in pairs]) for pairs in (ones, many)]
    assert count_queries(partial(services.revoke_many, halves[0])) == count_queries(
        partial(services.revoke_many, halves[1])
    )
    assert RevokedToken.objects.count() == 3 * 51
    assert not RefreshToken.objects.filter(revoked=None).exists()


@pytest.mark.parametrize("model", PAGES)
def test_number_of_queries_of_the_admin_action_is_constant(make_pairs, serve_admin, model):
    make_pairs(51)
    client = serve_admin(PAGES)
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))

    def choose(chosen):
        data = {"action": "revoke_selected_tokens", "_selected_action": chosen}
        page = f"/admin/oauth2_provider/{model._meta.model_name}/"
        assert client.post(page, data).status_code == 302

    choose([keys.pop()])  # Fills the caches that last for the process.
    make_pairs(1)
    latest = model.objects.latest("pk").pk
    assert count_queries(partial(choose, [latest])) == count_queries(partial(choose, keys))
    assert RevokedToken.objects.count() == 3 * 52


@pytest.mark.parametrize("model", [AccessToken, RefreshToken, IDToken])
def test_identify_many_equals_identify(make_pairs, model):
    make_pairs(3)
    adapter = OAuth2ProviderAdapter()
    rows = model.objects.order_by("pk")

    def identify(tokens):
        return list(adapter.identify_many(tokens))

    assert identify(list(rows)) == list(map(adapter.identify, rows))
    assert count_queries(partial(identify, list(rows[:1]))) == count_queries(
        partial(identify, list(rows))
    )
    assert count_queries(partial(identify, [])) == 0
