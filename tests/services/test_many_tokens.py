"""What it costs to end many tokens at once: as much as it costs to end a few."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection

from tests.factories import AuthTokenFactory
from tests.queries import queries_of, shapes
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken
from token_revocation.tokens import Subject, TokenRef


class BadgeAdapter(TokenAdapter):
    """Tokens that are kept in memory, and handed out again by every login."""

    kind = "badge"
    reissues = True
    kept = ()

    def identify(self, token):
        return token

    def active_tokens(self, user):
        return list(type(self).kept)

    def destroy_many(self, tokens):
        gone = {token.key for token in tokens}
        type(self).kept = [token for token in self.kept if token.key not in gone]


@pytest.fixture
def badges(settings, user, monkeypatch):
    """Give the user so many tokens of a kind that reissues."""
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.BadgeAdapter"]}

    def give(count):
        subjects = (Subject.user(user.pk),)
        kept = [TokenRef(kind="badge", identifier=f"{n}", subjects=subjects) for n in range(count)]
        monkeypatch.setattr(BadgeAdapter, "kept", kept)
        return kept

    return give


def test_a_cutoff_of_a_user_costs_three_queries(user):
    AuthTokenFactory()
    assert len(queries_of(partial(services.revoke_all, user))) <= 3


def test_a_thousand_tokens_that_a_login_would_hand_out_cost_as_much_as_two(badges, user):
    badges(2)
    few = queries_of(partial(services.revoke_all, user))
    badges(1000)
    many = queries_of(partial(services.revoke_all, user))
    assert shapes(many) == shapes(few)
    assert len(few) <= 5
    if not connection.features.max_query_params:  # Else Django inserts in batches.
        assert len(many) == len(few)
    assert RevokedToken.objects.count() == 1000
    assert BadgeAdapter.kept == []


def test_the_token_that_is_kept_is_neither_revoked_nor_destroyed(badges, user):
    kept, *others = badges(3)
    services.revoke_all(user, keep=kept)
    assert BadgeAdapter.kept == [kept]
    assert [services.is_revoked(token) for token in (kept, *others)] == [False, True, True]


def test_the_tokens_of_many_users_end_in_one_transaction(db):
    refs = [AuthTokenAdapter().identify(AuthTokenFactory()) for _ in range(5)]
    one = len(queries_of(partial(services.revoke_many, refs[:1])))
    assert len(queries_of(partial(services.revoke_many, refs[1:]))) == one
    assert all(map(services.is_revoked, refs))


def test_no_tokens_cost_nothing(db):
    assert queries_of(partial(services.revoke_many, [])) == []


def test_only_those_that_this_call_revoked_are_counted(db):
    refs = [AuthTokenAdapter().identify(AuthTokenFactory()) for _ in range(3)]
    services.revoke(refs[0])
    assert services.revoke_many([*refs, refs[1]]) == 2


def test_a_kind_that_is_not_in_use_is_refused_all_the_same(db):
    foreign = TokenRef(kind="foreign", identifier="1")
    assert services.revoke_many([foreign]) == 1
    assert services.is_revoked(foreign)


def test_logging_out_a_user_with_a_thousand_stored_tokens_costs_three_queries(settings, user):
    models = pytest.importorskip("knox.models")
    crypto = pytest.importorskip("knox.crypto")
    settings.TOKEN_REVOCATION = {"ADAPTERS": ["token_revocation.contrib.knox.KnoxAdapter"]}
    raws = [crypto.create_token_string() for _ in range(1000)]
    models.AuthToken.objects.bulk_create(
        models.AuthToken(user=user, digest=crypto.hash_token(raw), token_key=raw[:15])
        for raw in raws
    )
    refs = list(services.active_tokens(user))
    assert len(refs) == 1000
    assert len(queries_of(partial(services.revoke_all, user))) <= 3
    assert all(map(services.is_revoked, (refs[0], refs[-1])))
