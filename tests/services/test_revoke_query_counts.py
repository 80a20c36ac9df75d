"""The number of queries does not depend on the number of revoked tokens."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection

from tests.factories import AuthTokenFactory
from tests.queries import capture_queries, statement_prefixes
from token_revocation import services
from token_revocation.adapters import TokenAdapter
from token_revocation.contrib.authtoken import AuthTokenAdapter
from token_revocation.models import RevokedToken
from token_revocation.tokens import Subject, TokenRef

# Lock the user, read the clock (except on SQLite), insert the cutoff, and read stored tokens.
MAX_QUERIES = 3 if connection.vendor == "sqlite" else 4


class BadgeAdapter(TokenAdapter):
    """Tokens stored in ``kept``, which a login would reuse."""

    kind = "badge"
    reuses_stored_token = True
    kept = ()

    def identify(self, token):
        return token

    def active_tokens(self, user):
        return list(type(self).kept)

    def delete_stored_many(self, tokens):
        deleted = {token.key for token in tokens}
        type(self).kept = [token for token in self.kept if token.key not in deleted]


@pytest.fixture
def badges(settings, user, monkeypatch):
    """Give the user a number of tokens that a login would reuse."""
    settings.TOKEN_REVOCATION = {"ADAPTERS": [f"{__name__}.BadgeAdapter"]}

    def give(count):
        subjects = (Subject.user(user.pk),)
        kept = [TokenRef(kind="badge", identifier=f"{n}", subjects=subjects) for n in range(count)]
        monkeypatch.setattr(BadgeAdapter, "kept", kept)
        return kept

    return give


def test_revoke_all_takes_few_queries(user):
    AuthTokenFactory()
    assert len(capture_queries(partial(services.revoke_all, user))) <= MAX_QUERIES


def test_query_count_is_independent_of_reusable_tokens(badges, user):
    badges(2)
    few = capture_queries(partial(services.revoke_all, user))
    badges(1000)
    many = capture_queries(partial(services.revoke_all, user))
    assert statement_prefixes(many) == statement_prefixes(few)
    assert len(few) <= MAX_QUERIES + 2  # Read and insert their revocations.
    if not connection.features.max_query_params:  # Otherwise Django inserts in batches.
        assert len(many) == len(few)
    assert RevokedToken.objects.count() == 1000
    assert BadgeAdapter.kept == []


def test_kept_token_is_neither_revoked_nor_deleted(badges, user):
    kept, *others = badges(3)
    services.revoke_all(user, keep=kept)
    assert BadgeAdapter.kept == [kept]
    assert [services.is_revoked(token) for token in (kept, *others)] == [False, True, True]


def test_tokens_of_many_users_are_revoked_in_one_transaction(db):
    refs = [AuthTokenAdapter().identify(AuthTokenFactory()) for _ in range(5)]
    one = len(capture_queries(partial(services.revoke_many, refs[:1])))
    assert len(capture_queries(partial(services.revoke_many, refs[1:]))) == one
    assert all(map(services.is_revoked, refs))


def test_no_tokens_take_no_queries(db):
    assert capture_queries(partial(services.revoke_many, [])) == []


def test_only_newly_revoked_tokens_are_counted(db):
    refs = [AuthTokenAdapter().identify(AuthTokenFactory()) for _ in range(3)]
    services.revoke(refs[0])
    assert services.revoke_many([*refs, refs[1]]) == 2


def test_token_of_kind_without_adapter_is_revoked(db):
    foreign = TokenRef(kind="foreign", identifier="1")
    assert services.revoke_many([foreign]) == 1
    assert services.is_revoked(foreign)


def test_query_count_is_independent_of_stored_knox_tokens(settings, user):
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
    assert len(capture_queries(partial(services.revoke_all, user))) <= MAX_QUERIES
    assert all(map(services.is_revoked, (refs[0], refs[-1])))
